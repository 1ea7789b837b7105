// Where the page begins.

// Before the components, whose sheets are layers of this one.
import "./styles/index.css";
import { render } from "preact";
import { LiveStream } from "./api/live-stream.ts";
import { App } from "./app/app.tsx";
import { followAddress } from "./app/follow-address.ts";
import { followTheme } from "./app/theme.ts";

followTheme();
const root = document.getElementById("app");
if (root === null) throw new Error("the page has no #app");
render(<App route={followAddress()} live={new LiveStream()} />, root);
