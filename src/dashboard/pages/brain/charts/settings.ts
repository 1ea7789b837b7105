// How somebody likes their charts, kept in this browser for all brains: the window and how much lines are smoothed.

import { effect, type Signal, signal } from "@preact/signals";
import { SMOOTHINGS, type Smoothing } from "../../../charts/smoothing.ts";
import { WINDOWS, type WindowName } from "../../../charts/windows.ts";

export type Settings = { readonly window: Signal<WindowName>; readonly halfLife: Signal<Smoothing> };

const WINDOW = "engram.charts.window";
const HALF_LIFE = "engram.charts.halfLife";

/** @returns the settings as they were left, and a function that ends keeping them */
export function keptSettings(): { readonly settings: Settings; readonly close: () => void } {
  const window = WINDOWS.find(({ value }) => value === localStorage.getItem(WINDOW))?.value ?? "15m";
  const halfLife = SMOOTHINGS.find((points) => String(points) === localStorage.getItem(HALF_LIFE)) ?? 8;
  const settings = { window: signal<WindowName>(window), halfLife: signal<Smoothing>(halfLife) };
  const close = effect(() => {
    localStorage.setItem(WINDOW, settings.window.value);
    localStorage.setItem(HALF_LIFE, String(settings.halfLife.value));
  });
  return { settings, close };
}
