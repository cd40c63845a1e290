/** The person's API keys, the newest first. */
import { Button, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { ApiKey } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useApiKeys } from "../api/api-keys";
import { ApiKeyEntry } from "./ApiKeyEntry";
import classes from "./ApiKeysSection.module.css";

interface ApiKeyListProps {
  onRename: (apiKey: ApiKey, button: HTMLElement) => void;
  onDelete: (apiKey: ApiKey, button: HTMLElement) => void;
}

export function ApiKeyList({ onRename, onDelete }: ApiKeyListProps) {
  const { t } = useTranslation();
  const { data, dataUpdatedAt, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useApiKeys();
  const apiKeys = data?.pages.flatMap((page) => page.apiKeys);
  if (isPending) return <div role="status" aria-label={t("Loading")} className={classes.loading}><Loader aria-hidden /></div>;
  return (
    <>
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {apiKeys?.length === 0 && <p className={classes.empty}>{t("You have no API keys yet.")}</p>}
      {apiKeys !== undefined && apiKeys.length > 0 && (
        <ul className={classes.list}>
          {apiKeys.map((apiKey) => (
            <ApiKeyEntry key={apiKey.id} apiKey={apiKey} asOf={dataUpdatedAt} onRename={(button) => onRename(apiKey, button)}
              onDelete={(button) => onDelete(apiKey, button)} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("Show more")}</Button>
      )}
    </>
  );
}
