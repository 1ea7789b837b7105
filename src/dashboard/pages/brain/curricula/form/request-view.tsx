// The very request that the form makes, to be read, and to be made from a shell or a program.

import { addressOf } from "../../../../api/client.ts";
import { apiKey } from "../../../../api/key.ts";
import { Button } from "../../../../ui/button.tsx";
import { Card } from "../../../../ui/card.tsx";
import { copy } from "../../../../ui/command.tsx";
import { curriculaPath } from "../paths.ts";
import { curlOf, jsonOf } from "./request.ts";

type RequestViewProps = { readonly brain: string; readonly body: { readonly [name: string]: unknown } };

export function RequestView({ brain, body }: RequestViewProps) {
  const json = jsonOf(body);
  const curl = curlOf(addressOf(curriculaPath(brain)).href, body, apiKey.value !== null);
  return (
    <Card
      title="As JSON"
      note="The request that this form makes."
      actions={
        // Browsers give pages without TLS no clipboard, but for those of this machine.
        navigator.clipboard === undefined ? undefined : (
          <>
            <Button size="small" icon="copy" onClick={() => void copy(json)}>
              JSON
            </Button>
            <Button size="small" icon="copy" onClick={() => void copy(curl)}>
              curl
            </Button>
          </>
        )
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="request" tabIndex={0} aria-label="The request as JSON">
        <pre>
          <code>{json}</code>
        </pre>
      </section>
    </Card>
  );
}
