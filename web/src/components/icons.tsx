import type { ReactNode } from "react";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round">
      {children}
    </svg>
  );
}

export const Logo = () => (
  <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="8" fill="var(--brand)" />
    <path d="M4 17h6l2.5-7 5 14 3-9 1.5 2H28" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round" />
  </svg>
);

export const BellIcon = () => (
  <Icon>
    <path d="M5 14V9a5 5 0 0 1 10 0v5l1.5 1.500h-13zM8.5 18h3" />
  </Icon>
);

export const BoardIcon = () => (
  <Icon>
    <rect x="2.5" y="3" width="15" height="14" rx="2" />
    <path d="M2.5 8h15M8 8v9" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="5.5" />
    <path d="m13.5 13.5 4 4" />
  </Icon>
);

export const BackIcon = () => (
  <Icon>
    <path d="M12 4 6 10l6 6" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon>
    <path d="m4 10.5 4 4 8-9" />
  </Icon>
);

export const DeviceIcon = () => (
  <Icon>
    <rect x="6" y="5.5" width="8" height="9" rx="2" />
    <path d="M8 5.5 8.5 2h3l.5 3.500M8 14.500l.5 3.500h3l.5-3.5" />
  </Icon>
);

export const PillIcon = () => (
  <Icon>
    <rect x="2.500" y="7" width="15" height="6" rx="3" transform="rotate(-45 10 10)" />
    <path d="m8 8 4 4" />
  </Icon>
);

export const ReportIcon = () => (
  <Icon>
    <path d="M3 17V3M3 17h14M6.500 13l3.500-4 3 2.500L17 6" />
  </Icon>
);

export const CalendarIcon = () => (
  <Icon>
    <rect x="3" y="4.5" width="14" height="12.500" rx="1.500" />
    <path d="M3 8.500h14M7 2.500v4M13 2.500v4" />
  </Icon>
);

export const ExitIcon = () => (
  <Icon>
    <path d="M12 3H4v14h8M8.5 10H17m-3-3 3 3-3 3" />
  </Icon>
);

export const ChatIcon = () => (
  <Icon>
    <path d="M3 4.5h14v9H9l-4 3v-3H3zM6.5 9h1.500l1-2 2 4 1-2h1.500" />
  </Icon>
);

export const PersonIcon = () => (
  <Icon>
    <circle cx="10" cy="6.5" r="3.5" />
    <path d="M3.5 17.5c.6-3.6 3.2-5.5 6.5-5.5s5.9 1.9 6.5 5.5" />
  </Icon>
);

export const AlarmIcon = () => (
  <Icon>
    <path d="M10 3 2.500 16.500h15zM10 8v4M10 14.300v.1" />
  </Icon>
);

export const PulseIcon = () => (
  <Icon>
    <path d="M2 10.500h4l2-6 4 11 2-5h4" />
  </Icon>
);

export const PanelIcon = () => (
  <Icon>
    <path d="M3 5.500h7M14 5.500h3M3 14.500h3M10 14.500h7" />
    <circle cx="12" cy="5.500" r="2" />
    <circle cx="8" cy="14.500" r="2" />
  </Icon>
);

export const MenuIcon = () => (
  <Icon>
    <path d="M3 5.500h14M3 10h14M3 14.500h14" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);

export const CardIcon = () => (
  <Icon>
    <rect x="2.500" y="4.500" width="15" height="11" rx="2" />
    <path d="M2.500 8.500h15M5.500 12.500h3" />
  </Icon>
);
