// What a server without datasets shows: what one is, and the way from a shell.

import { addressOf } from "../../api/client.ts";
import { Command } from "../../ui/command.tsx";
import { Empty } from "../../ui/states.tsx";

export const NoDatasets = () => (
  <Empty title="No dataset yet">
    <p>
      Upload a CSV, JSON Lines or safetensors file, the two IDX files of an MNIST-like set, or a ZIP with a folder of
      images for each class. Drop it anywhere on this page.
    </p>
    <p class="note">Or from a shell:</p>
    <Command
      text={`curl -sX PUT ${addressOf("v1/datasets/pets").href} -H 'content-type: text/csv' --data-binary @pets.csv`}
    />
  </Empty>
);
