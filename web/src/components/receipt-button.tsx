import { useTask } from "../lib/use-task";
import { showFile } from "../lib/files";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

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
      <Failure error={error} />
    </>
  );
}
