import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import "uplot/dist/uPlot.min.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/navigation.css";
import "./styles/badges.css";
import "./styles/news.css";
import "./styles/board.css";
import "./styles/patient.css";
import "./styles/panels.css";
import "./styles/health.css";
import "./styles/medications.css";
import "./styles/providers.css";
import "./styles/keeping.css";
import "./styles/appointments.css";
import "./styles/assistant.css";
import "./styles/assistant-message.css";
import "./styles/alarms.css";
import "./styles/alarm-panel.css";
import "./styles/rules.css";
import "./styles/login.css";
import "./styles/account.css";
import "./styles/narrow.css";
import "./styles/devices.css";

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
