/** The element around the messages that are drawn. */
import { forwardRef } from "react";
import { useTranslation } from "react-i18next";
import type { CustomContainerComponentProps } from "virtua";

export const MessageFeed = forwardRef<HTMLDivElement, CustomContainerComponentProps>(function MessageFeed({ style, children }, ref) {
  const { t } = useTranslation();
  // The list takes no clicks while it scrolls, which it does all the time that an answer is written.
  return <div ref={ref} role="feed" aria-label={t("Messages")} style={{ ...style, pointerEvents: undefined }}>{children}</div>;
});
