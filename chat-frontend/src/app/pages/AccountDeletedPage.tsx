/** After somebody has deleted their account: the receipt, for whoever has it. */
import { Button } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router-dom";
import { sentenceOf } from "@/api/problem";
import { endSession } from "@/api/session";
import { useSession } from "@/api/use-session";
import { ErasureReceipt } from "@/components/ErasureReceipt";
import { ErrorNotice } from "@/components/ErrorNotice";
import { PageLoader } from "@/components/PageLoader";
import { usePageTitle } from "@/components/use-page-title";
import { paths } from "@/config/paths";
import { useReceipt } from "@/features/auth/api/receipt";
import { AuthCard } from "@/features/auth/components/AuthCard";
import { NotFoundPage } from "./NotFoundPage";

export function AccountDeletedPage() {
  const { t } = useTranslation();
  usePageTitle(t("Account deleted"));
  const state: unknown = useLocation().state;
  const receipt = typeof state === "object" && state !== null && "receipt" in state && typeof state.receipt === "string" ? state.receipt : null;
  const session = useSession();
  const isOver = session === null;
  useEffect(() => {
    if (receipt !== null && !isOver) endSession("chosen");
  }, [receipt, isOver]);
  if (receipt === null) return <NotFoundPage />;
  return (
    <AuthCard title={t("Your account is deleted")} lead={t("Thank you for having been here. Nothing is needed of you any more.")}
      foot={<Button component={Link} to={paths.signIn} variant="default">{t("Go to the sign-in page")}</Button>}>
      {isOver ? <Receipt receipt={receipt} /> : <PageLoader />}
    </AuthCard>
  );
}

function Receipt({ receipt }: { receipt: string }) {
  const { data, error, refetch } = useReceipt(receipt);
  if (data !== undefined) return <ErasureReceipt erasure={data} />;
  return error === null ? <PageLoader /> : <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
}
