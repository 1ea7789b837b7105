// The page's icons, drawn on a grid of 16 with one stroke. They say nothing to screen readers: what they stand beside does.

const PATHS = {
  alert: "M8 2.5 14.5 13.5H1.5zM8 6.5v3M8 11.6v.1",
  back: "M9.5 3.5 5 8l4.5 4.5",
  check: "M3 8.5 6.5 12 13 4.5",
  close: "M4 4l8 8M12 4l-8 8",
  copy: "M5.5 5.5h8v8h-8zM2.5 10.5v-8h8",
  dark: "M13 9.6A5.5 5.5 0 1 1 6.4 3a4.4 4.4 0 0 0 6.6 6.6z",
  down: "M8 3v9M4.5 8.5 8 12l3.5-3.5",
  image: "M2.5 3.5h11v9h-11zM2.5 10.5l3-3 3 3 2-2 3 3M10.5 6.2v.1",
  light:
    "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7",
  more: "M3.5 8v.1M8 8v.1M12.5 8v.1",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  pen: "M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3zM9 4.7 11.3 7",
  play: "M5 3.2v9.6L12.8 8z",
  plus: "M8 3v10M3 8h10",
  restore: "M3 8a5 5 0 1 0 1.6-3.7M3 2.5v2.7h2.7",
  save: "M3 3h8l2 2v8H3zM5.5 3v3.5h4V3M5.5 13V9.5h5V13",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 13.5 13.5",
  system: "M2 3h12v8H2zM6 13.5h4M8 11v2.5",
  trash: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5",
  tag: "M2.5 2.5h5l6 6-5 5-6-6zM5.2 5.2v.1",
  tune: "M2 4.5h7M13 4.5h1M2 11.5h1M7 11.5h7M11 3v3M5 10v3",
  up: "M8 13V4M4.5 7.5 8 4l3.5 3.5",
  upload: "M8 12V3.5M4.5 7 8 3.5 11.5 7M3 13h10",
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
);
