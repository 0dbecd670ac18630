import { useTask } from "../lib/use-task";
import { showFile } from "../lib/files";
import { useLive } from "../live/provider";

/** Opens the receipt of a payment, to print or keep. */
export function ReceiptButton({ paymentOf }: { paymentOf: () => Promise<string> }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const show = async () => {
    const id = await paymentOf();
    const { blob } = await client.file(`/api/payments/${id}/receipt/`, {}, "text/html");
    showFile(blob, `receipt-${id}.html`);
  };
  return (
    <>
      <button type="button" className="button" disabled={busy} onClick={() => void run(show)}>
        Receipt
      </button>
      {error && (
        <p className="account__error" role="alert">
          {error}
        </p>
      )}
    </>
  );
}
