// Buttons, and links that look like them. `primary`: what one most likely wants here, at most one in sight; `danger`: cannot be undone easily.

import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

type Look = {
  readonly children?: ComponentChildren;
  readonly kind?: "plain" | "primary" | "danger" | "quiet";
  readonly icon?: IconName;
  readonly size?: "normal" | "small";
};

const classOf = ({ kind = "plain", size = "normal", children }: Look): string =>
  `button button-${kind} button-${size}${children === undefined ? " button-icon" : ""}`;

type ButtonProps = Look & {
  readonly onClick?: () => void;
  readonly type?: "button" | "submit";
  readonly isDisabled?: boolean;
  /** Shown as at work, and not to be pressed again meanwhile. */
  readonly isBusy?: boolean;
  /** What it does, where it shows an icon alone or its text does not say enough. */
  readonly label?: string;
  readonly isPressed?: boolean;
  /** Where it opens a menu: whether that is open, and its element's id. */
  readonly hasMenu?: { readonly isOpen: boolean; readonly id: string };
};

export const Button = (props: ButtonProps) => (
  <button
    type={props.type ?? "button"}
    class={classOf(props)}
    disabled={props.isDisabled === true || props.isBusy === true}
    aria-busy={props.isBusy === true}
    aria-label={props.label}
    aria-pressed={props.isPressed}
    aria-haspopup={props.hasMenu === undefined ? undefined : "menu"}
    aria-expanded={props.hasMenu?.isOpen}
    aria-controls={props.hasMenu?.isOpen === true ? props.hasMenu.id : undefined}
    title={props.label}
    onClick={props.onClick}
  >
    {props.icon === undefined ? null : <Icon name={props.icon} />}
    {props.children}
  </button>
);

export const LinkButton = (props: Look & { readonly href: string }) => (
  <a class={classOf(props)} href={props.href}>
    {props.icon === undefined ? null : <Icon name={props.icon} />}
    {props.children}
  </a>
);
