/** Starts the page. */
import "@fontsource-variable/inter";
import { startLanguage } from "./i18n/choice";
import { setUpTranslation } from "./i18n/translation";
import "./styles/mantine";
import "./styles/global.css";
import "./styles/print.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { keepSession } from "./api/session-keeper";
import { App } from "./app/App";
import { takeLinkToken } from "./config/link-token";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id root");
setUpTranslation();
takeLinkToken();
keepSession();
const draw = () =>
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
// A page that is drawn before its language is there would be seen in two of them.
void startLanguage().then(draw);
