// What stays while pages change: the bar at the top with the ways through the page, the stream's state and the theme.

import type { ComponentChildren } from "preact";
import type { Connection } from "../api/live-stream.ts";
import { Icon } from "../ui/icon.tsx";
import { Toasts } from "../ui/toasts.tsx";
import { brainsHref, datasetsHref, drawHref, type Route } from "./router.ts";
import { THEMES, type Theme, theme } from "./theme.ts";

const CONNECTIONS: Record<Connection, string> = {
  connecting: "Connecting",
  open: "Live",
  broken: "Reconnecting",
};

const THEME_ICONS = { system: "system", light: "light", dark: "dark" } as const satisfies Record<Theme, string>;

export const Shell = (props: {
  readonly route: Route;
  readonly connection: Connection;
  readonly children: ComponentChildren;
}) => (
  <>
    <button type="button" class="skip" onClick={skipToMain}>
      Skip to content
    </button>
    <header class="bar">
      <a class="bar-mark" href={brainsHref}>
        <img src="./mark.svg" alt="" width="24" height="24" />
        <span class="bar-name">Engram</span>
      </a>
      <nav class="bar-nav" aria-label="Pages">
        <NavLink href={brainsHref} isCurrent={props.route.page === "brains" || props.route.page === "brain"}>
          Brains
        </NavLink>
        <NavLink href={datasetsHref} isCurrent={props.route.page === "datasets" || props.route.page === "dataset"}>
          Datasets
        </NavLink>
        <NavLink href={drawHref()} isCurrent={props.route.page === "draw"}>
          Draw
        </NavLink>
        <a href="./docs">API</a>
      </nav>
      <span class="connection" data-connection={props.connection} role="status">
        <span class="connection-name">{CONNECTIONS[props.connection]}</span>
      </span>
      <ThemeButton />
    </header>
    {props.children}
    <Toasts />
  </>
);

const NavLink = (props: { readonly href: string; readonly isCurrent: boolean; readonly children: string }) => (
  <a href={props.href} aria-current={props.isCurrent ? "page" : undefined}>
    {props.children}
  </a>
);

function ThemeButton() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system";
  const label = `Theme: ${theme.value}. Change to ${next}.`;
  const change = (): void => {
    theme.value = next;
  };
  return (
    <button type="button" class="button button-quiet button-icon" aria-label={label} title={label} onClick={change}>
      <Icon name={THEME_ICONS[theme.value]} />
    </button>
  );
}

/** By script and not by a link: what is behind `#` in the address is the page's. */
function skipToMain(): void {
  document.querySelector("main")?.focus();
}
