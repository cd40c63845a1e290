/** Draws a component as the page would, without waiting between attempts. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router-dom";
import { giveSizes } from "./sizes";

giveSizes();

const page = (children: ReactNode, queries: QueryClient) => (
  <MantineProvider env="test">
    <QueryClientProvider client={queries}>
      <MemoryRouter>{children}</MemoryRouter>
    </QueryClientProvider>
  </MantineProvider>
);

export function showInPage(children: ReactNode) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const shown = render(page(children, queries));
  return { ...shown, showInstead: (others: ReactNode) => shown.rerender(page(others, queries)) };
}
