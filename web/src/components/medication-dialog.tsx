import { Dialog } from "./dialog";
import { MedicationForm } from "./medication-form";

interface MedicationDialogProps {
  patient: string;
  prescribing: boolean;
  onEntered: () => void;
  onClose: () => void;
}

/** The form of a new medicine above the page. */
export function MedicationDialog({ patient, prescribing, onEntered, onClose }: MedicationDialogProps) {
  return (
    <Dialog title={prescribing ? "Prescribe a medicine" : "Add a medicine"} onClose={onClose}>
      <MedicationForm
        patient={patient}
        prescribing={prescribing}
        onCancel={onClose}
        onEntered={() => {
          onEntered();
          onClose();
        }}
      />
    </Dialog>
  );
}
