import { render } from "preact";

import "./style/index.css";
import { App } from "./views/app.tsx";

render(<App />, document.body);
