// Whether something is on the screen, or about to be: what nobody sees needs no loading.

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** How far beyond the screen counts as in sight. */
const MARGIN = "200px";

/** @returns a reference for the element, and whether it is in sight */
export function useInSight<E extends Element>(): [RefObject<E | null>, boolean] {
  const element = useRef<E>(null);
  const [isInSight, setIsInSight] = useState(false);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new IntersectionObserver((entries) => setIsInSight(entries.at(-1)?.isIntersecting === true), {
      rootMargin: MARGIN,
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, isInSight];
}
