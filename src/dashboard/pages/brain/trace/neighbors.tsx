// The remembered samples that were asked, most similar first, with their keys as pictures where they are some.

import type { Brain, Prediction } from "../../../api/types.ts";
import { plural, thousandths } from "../../../ui/format.ts";
import { pictureOf } from "../../../ui/picture.ts";
import { Pixels } from "../../../ui/pixels.tsx";
import { useKeys } from "./use-keys.ts";

type NeighborsProps = {
  readonly brain: Brain;
  readonly first: Prediction;
  readonly second: Prediction | null;
};

/** Those with a picture. */
const SHOWN = 8;

export function Neighbors({ brain, first, second }: NeighborsProps) {
  const lists = (second === null ? [first] : [first, second]).map(({ explanation }) => explanation?.neighbors ?? []);
  // Features are no picture, however many they are.
  const picture = brain.config.encoder === null ? pictureOf(brain.config.inputDim) : null;
  const ids = picture === null ? [] : lists.flatMap((list) => list.slice(0, SHOWN).map(({ id }) => id));
  const keys = useKeys(brain.id, [...new Set(ids)]);
  if (lists.every((list) => list.length === 0)) return <p class="note">Nothing is remembered that could be asked.</p>;
  return (
    <>
      {lists.map((list, place) => (
        <section key={place} class="says">
          <h3>
            {titleOf(place, second !== null)}
            <span class="note">{plural(list.length, "remembered sample")}, each with its similarity</span>
          </h3>
          <ol class="neighbors">
            {list.slice(0, SHOWN).map(({ id, label, similarity, seq }) => {
              const key = keys.get(id);
              return (
                <li key={id} class="neighbor" title={`Sample ${id}, of seq ${seq ?? "unknown"}`}>
                  {picture === null ? null : (
                    <span class="neighbor-picture">
                      {key === undefined || key === null ? null : (
                        <Pixels values={key} picture={picture} label={`Key of sample ${id}`} />
                      )}
                    </span>
                  )}
                  <strong>{label}</strong>
                  <span>{thousandths(similarity)}</span>
                  <span class="note">seq {seq ?? "?"}</span>
                </li>
              );
            })}
          </ol>
          {list.length > SHOWN ? <MoreNeighbors list={list.slice(SHOWN)} /> : null}
        </section>
      ))}
    </>
  );
}

const titleOf = (place: number, isCompared: boolean): string =>
  isCompared ? (["Neighbours, calm", "Neighbours, perturbed"][place] ?? "") : "Neighbours";

type Neighbor = {
  readonly id: number;
  readonly label: string;
  readonly similarity: number;
  readonly seq: number | null;
};

const MoreNeighbors = ({ list }: { readonly list: readonly Neighbor[] }) => (
  <details>
    <summary>{list.length} more</summary>
    <ol class="neighbors-more">
      {list.map(({ id, label, similarity, seq }) => (
        <li key={id}>
          <strong>{label}</strong> {thousandths(similarity)} <span class="note">seq {seq ?? "?"}</span>
        </li>
      ))}
    </ol>
  </details>
);
