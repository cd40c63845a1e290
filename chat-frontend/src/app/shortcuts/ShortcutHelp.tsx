/** The sheet that tells which keys do what. */
import { Modal } from "@mantine/core";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import classes from "./ShortcutHelp.module.css";
import { nameOfKey, SHORTCUTS } from "./shortcuts";

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={t("Keyboard shortcuts")} closeButtonProps={{ "aria-label": t("Close") }}>
      {SHORTCUTS.map(({ group, shortcuts }) => (
        <section key={group} className={classes.group}>
          <h3 className={classes.heading}>{t(group)}</h3>
          <dl className={classes.list}>
            {shortcuts.map(({ keys, what }) => (
              <Fragment key={what}>
                <dt>{t(what)}</dt>
                <dd>{keys.map((key) => <kbd key={key} className={classes.key}>{nameOfKey(key)}</kbd>)}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}
