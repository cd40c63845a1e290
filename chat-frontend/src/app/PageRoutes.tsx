/** The addresses of the page, and which of them need a session. */
import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router-dom";
import { PageBoundary } from "@/components/PageBoundary";
import { PageLoader } from "@/components/PageLoader";
import { conversationRoute, paths, sectionRoute, sharedRoute } from "@/config/paths";
import { NotFoundPage } from "./pages/NotFoundPage";
import { RequireSession } from "./RequireSession";

const SignInPage = lazy(() => import("./pages/SignInPage").then((module) => ({ default: module.SignInPage })));
const RegisterPage = lazy(() => import("./pages/RegisterPage").then((module) => ({ default: module.RegisterPage })));
const ForgotPasswordPage = lazy(() => import("./pages/ForgotPasswordPage").then((module) => ({ default: module.ForgotPasswordPage })));
const ResetPasswordPage = lazy(() => import("./pages/ResetPasswordPage").then((module) => ({ default: module.ResetPasswordPage })));
const AccountDeletedPage = lazy(() => import("./pages/AccountDeletedPage").then((module) => ({ default: module.AccountDeletedPage })));
const SharedPage = lazy(() => import("./pages/SharedPage").then((module) => ({ default: module.SharedPage })));
const ChatLayout = lazy(() => import("./layout/ChatLayout").then((module) => ({ default: module.ChatLayout })));
const HomePage = lazy(() => import("./pages/HomePage").then((module) => ({ default: module.HomePage })));
const SettingsPage = lazy(() => import("./pages/SettingsPage").then((module) => ({ default: module.SettingsPage })));
const AdminPage = lazy(() => import("./pages/AdminPage").then((module) => ({ default: module.AdminPage })));
const AnalyticsPage = lazy(() => import("./pages/AnalyticsPage").then((module) => ({ default: module.AnalyticsPage })));
const ConversationPage = lazy(() => import("./pages/ConversationPage").then((module) => ({ default: module.ConversationPage })));
const TemporaryPage = lazy(() => import("./pages/TemporaryPage").then((module) => ({ default: module.TemporaryPage })));

export function PageRoutes() {
  return (
    <PageBoundary>
      <Suspense fallback={<PageLoader />}>
        <Routes>
          <Route path={paths.signIn} element={<SignInPage />} />
          <Route path={paths.register} element={<RegisterPage />} />
          <Route path={paths.forgotPassword} element={<ForgotPasswordPage />} />
          <Route path={paths.resetPassword} element={<ResetPasswordPage />} />
          <Route path={paths.accountDeleted} element={<AccountDeletedPage />} />
          <Route path={sharedRoute} element={<SharedPage />} />
          <Route element={<RequireSession>{(session) => <ChatLayout session={session} />}</RequireSession>}>
            <Route path={paths.home} element={<HomePage />} />
            <Route path={conversationRoute} element={<ConversationPage />} />
            <Route path={paths.temporary} element={<TemporaryPage />} />
          </Route>
          <Route path={sectionRoute(paths.settings)} element={<RequireSession>{() => <SettingsPage />}</RequireSession>} />
          <Route path={sectionRoute(paths.administration)} element={<RequireSession>{() => <AdminPage />}</RequireSession>} />
          <Route path={sectionRoute(paths.analytics)} element={<RequireSession>{() => <AnalyticsPage />}</RequireSession>} />
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </Suspense>
    </PageBoundary>
  );
}
