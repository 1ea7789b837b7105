// A command to be copied into a shell.

import { Button } from "./button.tsx";
import { tell, tellFailure } from "./toasts.tsx";
import "./command.css";

export const Command = ({ text }: { readonly text: string }) => (
  <div class="command">
    <pre>
      <code>{text}</code>
    </pre>
    {/* Browsers give pages without TLS no clipboard, but for those of this machine. */}
    {navigator.clipboard === undefined ? null : (
      <Button size="small" onClick={() => void copy(text)}>
        Copy
      </Button>
    )}
  </div>
);

/** Puts `text` into the clipboard, and says so. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell("Copied.");
  } catch (error) {
    tellFailure(error);
  }
}
