// Where the page begins.

import { render } from "preact";
import { LiveStream } from "./api/live-stream.ts";
import { App } from "./app/app.tsx";
import { followAddress } from "./app/router.ts";
import { followTheme } from "./app/theme.ts";
import "./styles/index.css";

followTheme();
const root = document.getElementById("app");
if (root === null) throw new Error("the page has no #app");
render(<App route={followAddress()} live={new LiveStream()} />, root);
