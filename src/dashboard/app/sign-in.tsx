// Asks for the API key, where the server wants one.

import { useState } from "preact/hooks";
import { apiKey, useKey } from "../api/key.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";

export function SignIn() {
  const [key, setKey] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    if (key.trim() !== "") useKey(key.trim());
  };
  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit}>
        <h1>This server wants a key</h1>
        <p class="note">
          The API key that it was started with (ENGRAM_API_KEY). It is kept in this tab until you close it.
        </p>
        <Field label="API key" error={apiKey.value === null ? undefined : "The key is wrong."}>
          {(attributes) => (
            <input
              {...attributes}
              type="password"
              autocomplete="current-password"
              value={key}
              onInput={({ currentTarget }) => setKey(currentTarget.value)}
            />
          )}
        </Field>
        <Button type="submit" kind="primary">
          Open
        </Button>
      </form>
    </main>
  );
}
