import { useEffect, useRef } from "react";
import { MedicationForm } from "./medication-form";

interface MedicationDialogProps {
  patient: string;
  prescribing: boolean;
  onEntered: () => void;
  onClose: () => void;
}

/** The form of a new medicine above the page; Escape closes it. */
export function MedicationDialog({ patient, prescribing, onEntered, onClose }: MedicationDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  const title = prescribing ? "Prescribe a medicine" : "Add a medicine";
  return (
    <dialog ref={dialog} className="med-dialog" aria-label={title} onClose={onClose}>
      <h2>{title}</h2>
      <MedicationForm
        patient={patient}
        prescribing={prescribing}
        onCancel={onClose}
        onEntered={() => {
          onEntered();
          onClose();
        }}
      />
    </dialog>
  );
}
