// Who fires in the sparse base of a triarchic brain, and how much either part has to say.

import type { Trace } from "../../../api/types.ts";
import { thousandths } from "../../../ui/format.ts";
import { Fact, FiringMatrix, OverlapView, winnersOf } from "./firing-view.tsx";

type BaseTraceProps = { readonly first: Trace; readonly second: Trace | null };

export function BaseTrace({ first, second }: BaseTraceProps) {
  const [base, other] = [first.base, second?.base ?? null];
  if (base === undefined) return null;
  const both = second === null ? [first] : [first, second];
  return (
    <article class="layer-trace" aria-label="Sparse base">
      <div class="layer-trace-parts">
        <FiringMatrix label="Neurons of the base" neurons={base.neurons} first={base} second={other} />
        <div class="layer-trace-side">
          {other === null ? null : <OverlapView first={base} second={other} />}
          <dl class="facts">
            <Fact
              label="Winners"
              values={both.map((trace) => winnersOf(trace.base ?? base, base.neurons))}
              hint="Of the neurons that the input draws, the weakest is the threshold and does not fire."
            />
            <Fact
              label="Best similarity"
              values={both.map((trace) => thousandths(trace.base?.similarity))}
              hint="To the nearest neuron of the base; novelty is 1 less this."
            />
            <Fact
              label="Energy of the core"
              values={both.map(({ energies }) => thousandths(energies?.core))}
              hint="Mean size of the slow core's logits over all classes: how much it has to say of this input."
            />
            <Fact
              label="Energy of the overlay"
              values={both.map(({ energies }) => thousandths(energies?.overlay))}
              hint="The same of the fast overlay."
            />
          </dl>
        </div>
      </div>
    </article>
  );
}
