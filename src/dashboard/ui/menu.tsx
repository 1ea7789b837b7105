// What is done rarely, behind a button: a menu as the ARIA pattern has it (arrows move, Escape closes and gives the focus back).

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";
import "./menu.css";

export type MenuItem = {
  readonly title: string;
  readonly icon?: IconName;
  readonly isDangerous?: boolean;
  readonly onChoose: () => void;
};

type MenuProps = {
  readonly title: string;
  /** Groups of items, with a line between. */
  readonly groups: readonly (readonly MenuItem[])[];
};

export function Menu({ title, groups }: MenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!isOpen) return;
    itemsOf(list.current)[0]?.focus();
    const close = (event: Event): void => {
      if (!(event.target instanceof Node) || root.current?.contains(event.target) !== true) setIsOpen(false);
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("focusin", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("focusin", close);
    };
  }, [isOpen]);
  const press = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      setIsOpen(false);
      root.current?.querySelector("button")?.focus();
    } else if (move(list.current, event.key)) event.preventDefault();
  };
  return (
    <div class="menu" ref={root}>
      <Button icon="more" label={title} hasMenu={{ isOpen, id }} onClick={() => setIsOpen(!isOpen)} />
      {isOpen ? (
        <div ref={list} id={id} class="menu-list" role="menu" aria-label={title} tabIndex={-1} onKeyDown={press}>
          {groups.map((items) => (
            // biome-ignore lint/a11y/useSemanticElements: a group of a menu is no fieldset
            <div key={items[0]?.title} class="menu-group" role="group">
              {items.map((item) => (
                <button
                  key={item.title}
                  type="button"
                  role="menuitem"
                  tabIndex={-1}
                  class={item.isDangerous === true ? "menu-item menu-item-danger" : "menu-item"}
                  onClick={() => {
                    setIsOpen(false);
                    root.current?.querySelector("button")?.focus();
                    item.onChoose();
                  }}
                >
                  {item.icon === undefined ? null : <Icon name={item.icon} />}
                  {item.title}
                </button>
              ))}
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}

const itemsOf = (list: HTMLElement | null): readonly HTMLElement[] => [
  ...(list?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? []),
];

/** @returns whether `key` moves in a menu */
function move(list: HTMLElement | null, key: string): boolean {
  const items = itemsOf(list);
  const at = items.findIndex((item) => item.matches(":focus"));
  const targets: { readonly [key: string]: number } = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  const target = targets[key];
  if (target === undefined) return false;
  items.at(target % items.length)?.focus();
  return true;
}
