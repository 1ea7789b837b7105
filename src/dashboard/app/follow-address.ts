// The address of the page, as it changes.

import { type ReadonlySignal, signal } from "@preact/signals";
import { type Route, routeOf } from "./router.ts";

/** @returns where one is, now and whenever that changes */
export function followAddress(): ReadonlySignal<Route> {
  const route = signal(routeOf(location.hash));
  addEventListener("hashchange", () => {
    route.value = routeOf(location.hash);
  });
  return route;
}
