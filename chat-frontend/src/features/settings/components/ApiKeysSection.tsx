/** The person's API keys: which there are, making another, and ways to rename and delete them. */
import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiKey } from "@/api/shapes";
import { Around } from "@/components/Around";
import { Plus } from "@/components/icons";
import { HOLE } from "@/i18n/hole";
import { useOpener } from "../hooks/use-opener";
import { ApiKeyList } from "./ApiKeyList";
import classes from "./ApiKeysSection.module.css";
import { CreateApiKeyDialog } from "./CreateApiKeyDialog";
import { DeleteApiKeyDialog } from "./DeleteApiKeyDialog";
import { RenameApiKeyDialog } from "./RenameApiKeyDialog";

const HEADER = "Authorization: Bearer";

type Asking = { about: "new" } | { about: "name" | "deletion"; apiKey: ApiKey };

export function ApiKeysSection() {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [hasDeleted, setHasDeleted] = useState(false);
  const keys = useRef<HTMLElement>(null);
  const opener = useOpener(asking !== null, keys);
  const ask = (next: Asking, button: HTMLElement) => {
    opener.remember(button);
    setHasDeleted(false);
    setAsking(next);
  };
  const close = () => setAsking(null);
  const closeDeleted = () => {
    opener.forget();
    setHasDeleted(true);
    close();
  };
  return (
    <>
      <p className={classes.lead}>
        <Around text={t("With an API key your programs use ConvoAI in your name, without your password: they send the header {{header}} with the key. Whoever has the key can do what its scopes allow.", { header: HOLE })}>
          <code>{HEADER}</code>
        </Around>
      </p>
      <Button leftSection={<Plus size={18} aria-hidden />} onClick={(event) => ask({ about: "new" }, event.currentTarget)}>
        {t("Create API key")}
      </Button>
      <section className={classes.keys} aria-label={t("Your API keys")} ref={keys} tabIndex={-1}>
        {hasDeleted && <p role="status" className={classes.done}>{t("Deleted. Programs that use it are refused within 10 seconds.")}</p>}
        <ApiKeyList onRename={(apiKey, button) => ask({ about: "name", apiKey }, button)}
          onDelete={(apiKey, button) => ask({ about: "deletion", apiKey }, button)} />
      </section>
      {asking?.about === "new" && <CreateApiKeyDialog onClose={close} />}
      {asking?.about === "name" && <RenameApiKeyDialog apiKey={asking.apiKey} onClose={close} />}
      {asking?.about === "deletion" && <DeleteApiKeyDialog apiKey={asking.apiKey} onClose={close} onDeleted={closeDeleted} />}
    </>
  );
}
