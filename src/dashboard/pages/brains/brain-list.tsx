// The list with what finds and orders its rows. The order is kept while numbers change under somebody's pointer or focus: a row that jumps away
// cannot be clicked.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { plural, whole } from "../../ui/format.ts";
import { useInSight } from "../../ui/in-sight.ts";
import { useNow } from "../../ui/now.ts";
import { Empty } from "../../ui/states.tsx";
import { BrainRow } from "./brain-row.tsx";
import type { Collection } from "./collection.ts";
import { keptOrder, orderOf, type Sort } from "./rows.ts";
import { Toolbar } from "./toolbar.tsx";

/** Rows that are drawn at once, and how many follow at the end. */
const SLICE = 50;
const CLOCK_MS = 5_000;

export function BrainList({ collection }: { readonly collection: Collection }) {
  const [search, setSearch] = useState("");
  const [sort, setSort] = useState<Sort>("changed");
  const [shown, setShown] = useState(SLICE);
  const body = useRef<HTMLTableSectionElement>(null);
  const nowMs = useNow(CLOCK_MS);
  const { order, isSorting } = useOrder(collection, sort, search, body, nowMs);
  const ids = collection.ids.value;
  const { hasMore } = collection.state.value;
  const rows = order.slice(0, shown).flatMap((id) => collection.row(id) ?? []);
  return (
    <Card
      title={
        search.trim() === "" ? plural(ids.length, "brain") : `${whole(order.length)} of ${plural(ids.length, "brain")}`
      }
      actions={
        <Toolbar
          search={search}
          sort={sort}
          onSearch={(text) => {
            setSearch(text);
            setShown(SLICE);
          }}
          onSort={setSort}
          isSorting={isSorting}
        />
      }
    >
      {order.length === 0 ? (
        <Empty title="No brain is found">
          <p>Names, ids, tags, kinds, modes and states are looked through; all words must be found.</p>
          <Button size="small" onClick={() => setSearch("")}>
            Show all
          </Button>
        </Empty>
      ) : (
        <table class="brains">
          <thead>
            <tr>
              <th scope="col">Brain</th>
              <th scope="col">Mode</th>
              <th scope="col" class="number">
                Taught
              </th>
              <th scope="col" colSpan={2}>
                Accuracy <span class="brains-head-note">last 1,000 samples · last hour</span>
              </th>
              <th scope="col">Memory</th>
              <th scope="col">State</th>
              <th scope="col">Changed</th>
            </tr>
          </thead>
          <tbody ref={body}>
            {rows.map((row) => (
              <BrainRow key={row.peek().brain.id} row={row} want={collection} nowMs={nowMs} />
            ))}
          </tbody>
        </table>
      )}
      {shown < order.length ? (
        <More
          text={`Show ${whole(Math.min(SLICE, order.length - shown))} more`}
          onSight={() => setShown(shown + SLICE)}
        />
      ) : null}
      {hasMore && shown >= order.length ? (
        <footer class="brains-more">
          <p class="note">
            The server has more brains. Searching and sorting look at the {whole(ids.length)} that were read.
          </p>
          <Button size="small" icon="down" onClick={() => void collection.readMore()}>
            Read more
          </Button>
        </footer>
      ) : null}
    </Card>
  );
}

/** A button that presses itself once it is in sight. */
function More({ text, onSight }: { readonly text: string; readonly onSight: () => void }) {
  const [element, isInSight] = useInSight<HTMLDivElement>();
  useEffect(() => {
    if (isInSight) onSight();
  });
  return (
    <div class="brains-more" ref={element}>
      <Button size="small" onClick={onSight}>
        {text}
      </Button>
    </div>
  );
}

type Ordered = { readonly order: readonly string[]; readonly isSorting: boolean };

/** Ids in order: anew when somebody asks for another one, and with the clock while nobody points at the rows. */
function useOrder(
  collection: Collection,
  sort: Sort,
  search: string,
  body: { readonly current: HTMLElement | null },
  nowMs: number,
): Ordered {
  const ids = collection.ids.value;
  const [isSorting, setIsSorting] = useState(false);
  const kept = useRef({ wish: "", order: ids });
  useEffect(() => {
    if (sort !== "accuracy") return;
    setIsSorting(true);
    let isOver = false;
    void collection.wantAll().then(() => {
      if (!isOver) setIsSorting(false);
    });
    return () => {
      isOver = true;
      setIsSorting(false);
    };
  }, [collection, sort]);
  return useMemo(() => {
    const wish = JSON.stringify([sort, search, isSorting]);
    const before = kept.current;
    const fresh = orderOf(collection.rows(), sort, search);
    const isPointedAt = body.current?.matches(":hover, :focus-within") === true;
    const isKept = before.wish === wish && isPointedAt;
    kept.current = { wish, order: isKept ? keptOrder(before.order, fresh) : fresh };
    return { order: kept.current.order, isSorting };
  }, [collection, ids, sort, search, isSorting, nowMs, body]);
}
