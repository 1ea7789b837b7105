// What a new server shows: what a brain is, and the two ways to one.

import { addressOf } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Command } from "../../ui/command.tsx";

const BODY = JSON.stringify({
  id: "pets",
  kind: "plastic",
  config: { inputDim: 4, hiddenDim: 64, winners: 8, layers: 2, memorySize: 1000, neighbors: 5 },
});

export const NoBrains = ({ onCreate }: { readonly onCreate: () => void }) => (
  <section class="card no-brains">
    <h2>No brain yet</h2>
    <p>
      A brain is a model that keeps learning. You ask it what an input is, you tell it what was right, and it has
      learned that at once, one example or one batch at a time. What the server has acknowledged survives a crash, and
      any state of the last days can be had back.
    </p>
    <Button kind="primary" icon="plus" onClick={onCreate}>
      Create a brain
    </Button>
    <p class="note">Or from a shell:</p>
    <Command text={`curl -s ${addressOf("v1/brains").href} -H 'content-type: application/json' -d '${BODY}'`} />
  </section>
);
