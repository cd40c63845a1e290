/** Catches a fault of the page itself, so that it never ends in a blank screen. */
import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { t } from "i18next";
import { Component, type ErrorInfo, type ReactNode } from "react";

export class PageBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error("The page failed.", error, info.componentStack);
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <Center component="main" mih="100dvh" p="lg">
        <Stack align="center">
          <Title order={1} size="h2">{t("Something went wrong in the page")}</Title>
          <Text ta="center">{t("Your conversations and drafts are safe. Reload the page to go on; it may have been updated meanwhile.")}</Text>
          <Button onClick={() => window.location.reload()}>{t("Reload")}</Button>
        </Stack>
      </Center>
    );
  }
}
