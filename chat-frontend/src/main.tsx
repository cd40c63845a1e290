/** Starts the page. */
import "@fontsource-variable/inter";
import "./styles/mantine";
import "./styles/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { keepSession } from "./api/session-keeper";
import { App } from "./app/App";
import { takeLinkToken } from "./config/link-token";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id root");
takeLinkToken();
keepSession();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
