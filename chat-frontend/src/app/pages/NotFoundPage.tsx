/** For every address that leads nowhere. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";
import { usePageTitle } from "@/components/use-page-title";
import { paths } from "@/config/paths";
import classes from "./NotFoundPage.module.css";

export function NotFoundPage() {
  const { t } = useTranslation();
  usePageTitle(t("Page not found"));
  return (
    <main className={classes.page}>
      <p className={classes.code} aria-hidden>404</p>
      <h1>{t("Page not found")}</h1>
      <p>{t("There is nothing at this address. It may have moved, or the link has a mistake.")}</p>
      <Button component={Link} to={paths.home}>{t("Go to your conversations")}</Button>
    </main>
  );
}
