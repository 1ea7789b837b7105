// Light or dark: as the system has it until somebody chooses, then as they chose.

import { effect, signal } from "@preact/signals";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const PLACE = "engram.theme";
const stored = THEMES.find((each) => each === localStorage.getItem(PLACE));

export const theme = signal<Theme>(stored ?? "system");

/** What is shown now: charts, which style sheets do not reach, draw anew when it changes. */
export const shownTheme = signal<"light" | "dark">("light");

/** Keeps the page in the chosen theme. */
export function followTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const systemIsDark = signal(system.matches);
  system.addEventListener("change", ({ matches }) => {
    systemIsDark.value = matches;
  });
  effect(() => {
    const isDark = theme.value === "dark" || (theme.value === "system" && systemIsDark.value);
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    shownTheme.value = isDark ? "dark" : "light";
    localStorage.setItem(PLACE, theme.value);
  });
}
