/** Codes that are shown this once. */
export function RecoveryCodeList({ codes }: { codes: string[] }) {
  return (
    <div className="account__codes" role="status">
      <p>Keep these recovery codes somewhere safe. Each logs you in once without the second factor, and they are not shown again.</p>
      <ul>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}
