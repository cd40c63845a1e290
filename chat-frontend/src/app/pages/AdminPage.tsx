/** Who has an account here, and who may get one: for administrators; managers see the people. */
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { PageLoader } from "@/components/PageLoader";
import { SectionedPage } from "@/components/SectionedPage";
import { paths } from "@/config/paths";
import { ViewerContext } from "@/features/admin/model/viewer";
import { useProfile } from "@/features/settings/api/profile";
import { rankOf } from "../roles";
import { adminSections, managerSections } from "./admin-sections";
import { NotFoundPage } from "./NotFoundPage";

export function AdminPage() {
  const { t } = useTranslation();
  const { data: profile, error, refetch } = useProfile();
  if (profile === undefined) return error === null ? <PageLoader /> : <main><ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} /></main>;
  const rank = rankOf(profile.roles);
  if (rank === "none") return <NotFoundPage />;
  return (
    <ViewerContext.Provider value={{ userId: profile.id, mayChange: rank === "admin" }}>
      <SectionedPage title={t("Administration")} base={paths.administration} sections={rank === "admin" ? adminSections : managerSections} isWide />
    </ViewerContext.Provider>
  );
}
