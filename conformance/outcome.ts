// What became of a case.

export interface Outcome {
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped; one sentence or one difference each. */
  readonly reasons: readonly string[];
}

export const passed: Outcome = { status: 'passed', reasons: [] };

export function skipped(reason: string): Outcome {
  return { status: 'skipped', reasons: [reason] };
}

/** Failed for each of the reasons; passed if there are none. */
export function outcome(reasons: readonly string[]): Outcome {
  return reasons.length === 0 ? passed : { status: 'failed', reasons };
}
