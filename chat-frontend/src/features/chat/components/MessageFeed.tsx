/** The element around the messages that are drawn. */
import { Children, forwardRef } from "react";
import { useTranslation } from "react-i18next";
import type { CustomContainerComponentProps } from "virtua";

export const MessageFeed = forwardRef<HTMLDivElement, CustomContainerComponentProps>(function MessageFeed({ style, children }, ref) {
  const { t } = useTranslation();
  // A feed without an article is none to those who do not see it.
  const role = Children.count(children) === 0 ? {} : { role: "feed", "aria-label": t("Messages") };
  // The list takes no clicks while it scrolls, which it does all the time that an answer is written.
  return <div ref={ref} {...role} style={{ ...style, pointerEvents: undefined }}>{children}</div>;
});
