import { useSyncExternalStore } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { ApiClient } from "./api/client";
import { SessionStore } from "./api/session";
import { Message } from "./components/message";
import { Shell } from "./components/shell";
import { homeOf } from "./lib/navigation";
import { LiveProvider } from "./live/provider";
import { AlarmsPage } from "./pages/alarms";
import { AccountPage } from "./pages/account";
import { AppointmentsPage } from "./pages/appointments";
import { AssistantPage } from "./pages/assistant";
import { BoardPage } from "./pages/board";
import { BookPage } from "./pages/book";
import { DayPage } from "./pages/day";
import { DevicePage } from "./pages/device";
import { DevicesPage } from "./pages/devices";
import { HealthPage } from "./pages/health";
import { ResetPage, VerifyPage } from "./pages/letter";
import { LoginPage } from "./pages/login";
import { MedicationsPage } from "./pages/medications";
import { NotificationsPage } from "./pages/notifications";
import { PatientPage } from "./pages/patient";
import { HospitalSystemPage } from "./pages/hospital-system";
import { ProviderFiguresPage } from "./pages/provider-figures";
import { ProviderTimesPage } from "./pages/provider-times";
import { ProviderPage } from "./pages/provider";
import { CataloguePage } from "./pages/catalogue";
import { keepsCatalogue } from "./lib/catalogue";
import { ProvidersPage } from "./pages/providers";

const sessions = new SessionStore(window.sessionStorage);
const client = new ApiClient(sessions);

function NotFound() {
  return (
    <Message title="There is no such page">
      <Link href="/">Go to the start page</Link>
    </Message>
  );
}

export function App() {
  const session = useSyncExternalStore(sessions.subscribe, sessions.get);
  const [path] = useLocation();
  if (path === "/account/verify") return <VerifyPage client={client} />;
  if (path === "/account/reset") return <ResetPage client={client} />;
  if (!session) return <LoginPage client={client} notice={sessions.notice()} />;
  const { user } = session;
  return (
    <LiveProvider client={client} key={user.id}>
      <Shell user={user} onLogOut={() => void client.logOut()}>
        <Switch>
          <Route path="/">{homeOf(user) === "/" ? <BoardPage /> : <Redirect to={homeOf(user)} replace />}</Route>
          <Route path="/patients/:id">{({ id }) => <PatientPage id={id} key={id} user={user} />}</Route>
          <Route path="/patients/:id/health">{({ id }) => <HealthPage id={id} key={id} user={user} />}</Route>
          <Route path="/patients/:id/medications">{({ id }) => <MedicationsPage id={id} key={id} user={user} />}</Route>
          <Route path="/medications">
            <Redirect to={`/patients/${user.id}/medications`} replace />
          </Route>
          <Route path="/assistant">
            <AssistantPage id={null} />
          </Route>
          <Route path="/assistant/:id">{({ id }) => <AssistantPage id={id} key={id} />}</Route>
          <Route path="/appointments">
            <AppointmentsPage user={user} />
          </Route>
          <Route path="/appointments/day">
            <DayPage user={user} />
          </Route>
          <Route path="/appointments/:id">{({ id }) => <Redirect to={`/appointments?id=${encodeURIComponent(id)}`} replace />}</Route>
          <Route path="/book">
            <BookPage />
          </Route>
          <Route path="/alarms">
            <AlarmsPage user={user} />
          </Route>
          <Route path="/devices">
            <DevicesPage />
          </Route>
          <Route path="/devices/:id">{({ id }) => <DevicePage id={id} key={id} />}</Route>
          <Route path="/providers">
            <ProvidersPage user={user} />
          </Route>
          <Route path="/providers/:id">{({ id }) => <ProviderPage id={id} key={id} user={user} />}</Route>
          {keepsCatalogue(user) && (
            <Route path="/catalogue">
              <CataloguePage />
            </Route>
          )}
          <Route path="/providers/:id/times">{({ id }) => <ProviderTimesPage id={id} key={id} user={user} />}</Route>
          <Route path="/providers/:id/figures">{({ id }) => <ProviderFiguresPage id={id} key={id} />}</Route>
          <Route path="/hospitals/:id/system">{({ id }) => <HospitalSystemPage id={id} key={id} />}</Route>
          <Route path="/notifications">
            <NotificationsPage />
          </Route>
          <Route path="/account">
            <AccountPage />
          </Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Shell>
    </LiveProvider>
  );
}
