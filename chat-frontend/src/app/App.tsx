/** Puts the page together: design, data, and the pages behind their addresses. */
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { BrowserRouter } from "react-router-dom";
import { createQueryClient } from "@/api/query-client";
import { getSession, subscribeToSession } from "@/api/session";
import { AccountLanguage } from "./AccountLanguage";
import { PageRoutes } from "./PageRoutes";
import { SessionGate } from "./SessionGate";
import { cssVariables, theme } from "./theme";

// public/color-scheme.js reads the same key before anything is drawn.
const colorSchemes = localStorageColorSchemeManager({ key: "convoai.color-scheme" });

export function App() {
  const [queries] = useState(createQueryClient);
  // What one person loaded is not for the next one.
  useEffect(() => {
    let userId = getSession()?.userId;
    return subscribeToSession(() => {
      if (getSession()?.userId !== userId) queries.clear();
      userId = getSession()?.userId;
    });
  }, [queries]);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={colorSchemes} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <SessionGate>
            <AccountLanguage />
            <PageRoutes />
          </SessionGate>
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  );
}
