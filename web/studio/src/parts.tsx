// Small parts that several views are made of.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Problem } from './api';
import { say } from './words';

export function Bar({ fraction, label }: { fraction: number; label: string }) {
  return <progress max={1} value={Math.min(1, Math.max(0, fraction))} aria-label={label} />;
}

// Told to a screen reader as soon as it is there.
export function Trouble({ text }: { text: string }) {
  return text ? (
    <p class="trouble" role="alert">
      {text}
    </p>
  ) : null;
}

export const textOf = (problem: unknown): string => {
  if (!(problem instanceof Problem)) return String(problem);
  if (problem.status === 0) return say('The line is broken; try again when it is there.');
  if (problem.status === 412) return say('Somebody changed this meanwhile: it is shown as it is now. Change it again.');
  return problem.message;
};

// A button for something that takes a moment: it cannot be pressed twice, and says what went wrong.
export function Act({ children, run, kind, label }: { children: ComponentChildren; run: () => Promise<unknown>; kind?: string; label?: string }) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const press = () => {
    setBusy(true);
    setTrouble('');
    run()
      .catch((problem) => setTrouble(textOf(problem)))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <button type="button" class={kind} aria-label={label} aria-disabled={busy} onClick={() => busy || press()}>
        {children}
      </button>
      <Trouble text={trouble} />
    </>
  );
}

export const kStates = { draft: 'Draft', published: 'Published', withdrawn: 'Withdrawn' } as const;

export function State({ of }: { of: keyof typeof kStates }) {
  return <span class={`state ${of}`}>{say(kStates[of])}</span>;
}
