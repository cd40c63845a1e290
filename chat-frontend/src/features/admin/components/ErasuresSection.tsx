/** The people who were deleted, and what each service says of their data. */
import { Button, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useErasures } from "../api/erasures";
import classes from "./Audit.module.css";
import { ErasureEntry } from "./ErasureEntry";

export function ErasuresSection() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useErasures();
  const erasures = data?.pages.flatMap((page) => page.erasures) ?? [];
  return (
    <>
      {isPending && <div role="status" aria-label={t("Loading")}>{[1, 2, 3].map((row) => <Skeleton key={row} height={64} mb="xs" radius="md" />)}</div>}
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {data !== undefined && erasures.length === 0 && <div className={classes.empty}><p>{t("Nobody has been deleted yet.")}</p></div>}
      {erasures.length > 0 && (
        <ol className={classes.list} aria-label={t("Erasures")}>
          {erasures.map((erasure) => <ErasureEntry key={erasure.id} erasure={erasure} />)}
        </ol>
      )}
      {hasNextPage && (
        <div className={classes.more}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("Show more")}</Button>
        </div>
      )}
    </>
  );
}
