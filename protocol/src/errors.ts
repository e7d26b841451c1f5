/** One entry of the registry: what happened, what to do, and whether the same request may succeed later. */
export interface ErrorEntry {
  readonly message: string;
  readonly mend: string;
  readonly retryable: boolean;
}

const entry = (message: string, mend: string, retryable = false): ErrorEntry => ({
  message,
  mend,
  retryable
});

/** Every error of the product. Code = PLACE_REASON. Texts never depend on a patient's value. */
export const ERRORS = {
  // analysis
  ANALYSIS_DID_NOT_CONVERGE: entry(
    'The model did not converge within the allowed number of rounds.',
    'Use fewer covariates or merge rare levels.'
  ),
  ANALYSIS_NO_EVENTS: entry(
    'Nobody in the cohort had the event.',
    'Choose another event or widen the cohort.'
  ),
  ANALYSIS_NO_ROWS: entry(
    'Nobody is left in the cohort.',
    'Widen the cohort or check missing values.'
  ),
  ANALYSIS_PATIENT_TWICE: entry(
    'A patient of the cohort has more than one row at a hospital; this analysis counts patients.',
    'Narrow the cohort to one row per patient, or ask the hospital for data with one row per patient.'
  ),
  ANALYSIS_SEPARATION: entry(
    'One factor predicts the outcome perfectly, so its effect has no finite estimate.',
    'Leave that factor out or merge its levels.'
  ),
  // audit
  AUDIT_BROKEN_CHAIN: entry(
    'The audit log was changed, cut or reordered.',
    'Keep the file as evidence and restore the log from the last verified backup.'
  ),
  // auth
  AUTH_BAD_SIGNATURE: entry(
    'A signature does not belong to the bytes it came with.',
    'Check that the key is the one listed in the study charter.'
  ),
  AUTH_NOT_ALLOWED: entry(
    'Your role does not allow this.',
    'Ask an owner of the study or of the notebook for the role you need.'
  ),
  AUTH_NOT_MEMBER: entry(
    'The requester is not a member of this study.',
    'Ask the study for membership; the charter lists its members.'
  ),
  AUTH_REQUEST_STALE: entry(
    'The signed request is too old, from the future, or was used before.',
    'Run the cell again; check the clock of your machine.',
    true
  ),
  AUTH_REQUIRED: entry(
    'You are not signed in.',
    'Open your personal link again or give a valid token.'
  ),
  // charter
  CHARTER_INVALID: entry(
    'The study charter is not signed by all of its hospitals.',
    'Ask the study coordinator for the charter that every hospital has signed.'
  ),
  // config
  CONFIG_INVALID: entry(
    'A configuration file is not valid.',
    'Compare the named field with the documentation and start again.'
  ),
  // coordinator
  COORDINATOR_UNREACHABLE: entry(
    'The coordinator cannot be reached.',
    'Check the address and that the coordinator runs; the run goes on by itself when it is back.',
    true
  ),
  // data
  DATA_INVALID: entry(
    'A data file does not fit its dictionary or its mapping rules.',
    'Read the report of the hospital: it names the column and the rule.'
  ),
  DATA_UNREADABLE: entry(
    'A data file cannot be read.',
    'Check the path, the format and the rights of the file at the hospital.'
  ),
  // guard
  GUARD_ANALYSIS: entry(
    'The policy of a hospital does not allow this analysis.',
    'Ask the hospital, or choose an analysis its policy lists.'
  ),
  GUARD_EVIDENCE: entry(
    'The gate could not judge this result, so nothing left the hospital.',
    'Report this: an analysis must declare everything it releases.'
  ),
  GUARD_EXACT_TIMES: entry(
    'Exact times would show single patients.',
    'Use mode "grid", or mode "stratified" for a Cox model.'
  ),
  GUARD_HOSPITALS: entry(
    'Too few hospitals take part in this sum.',
    'Ask at least the number of hospitals that the limit names.'
  ),
  GUARD_MODEL_SIZE: entry(
    'The model has too many parameters for this cohort, or a level with too few people.',
    'Use fewer covariates, merge rare levels or widen the cohort.'
  ),
  GUARD_PER_HOSPITAL: entry(
    'This hospital does not release results of its own.',
    'Ask for a pooled result over at least three hospitals.'
  ),
  GUARD_QUANTILE: entry(
    'There are too few people for this quantile.',
    'Widen the cohort; quantiles need at least twice the smallest group size.'
  ),
  GUARD_SHAPE: entry(
    'The result does not have the declared shape, so nothing left the hospital.',
    'Report this: declaration and computation differ.'
  ),
  GUARD_SURVIVAL_GRID: entry(
    'The time cells of this curve would hold too few people.',
    'Use fewer groups or widen the cohort.'
  ),
  GUARD_TOO_FEW: entry(
    'A group has fewer people than the hospitals allow.',
    'Merge categories or widen the cohort.'
  ),
  // hospital
  HOSPITAL_INTERNAL: entry(
    'The hospital could not compute this, and nothing left it.',
    'Ask the hospital to look into its log for this run.'
  ),
  HOSPITAL_LOST: entry(
    'A hospital lost its connection.',
    'Wait; the run goes on by itself when the hospital is back, or cancel it.',
    true
  ),
  HOSPITAL_SNAPSHOT_CHANGED: entry(
    'The data of a hospital changed during the run.',
    'Run again: the question is then asked on the current data.',
    true
  ),
  HOSPITAL_UNKNOWN: entry(
    'The plan names a hospital that is not in the study.',
    'Choose hospitals that the study charter lists.'
  ),
  // install
  INSTALL_NOT_OURS: entry(
    'The folder holds files that Wardbook did not put there, so it stays.',
    'Look at the folder and remove it by hand when it is not needed.'
  ),
  INSTALL_NOT_WRITABLE: entry(
    'The folder cannot be written.',
    'Use --user, or --prefix with a folder of yours; or ask the owner of the folder to let you write.'
  ),
  INSTALL_NO_ENVIRONMENT: entry(
    'There is no active Python environment to install into.',
    'Activate a virtual or conda environment, or use --user or --prefix DIR.'
  ),
  INSTALL_ONE_TARGET: entry(
    'Two places were named.',
    'Give one of --user, --prefix DIR and --sys-prefix.'
  ),
  // kernel
  KERNEL_CELL_INVALID: entry(
    'The federated cell does not end in a plan.',
    'Start with %%federated STUDY as NAME and end with a builder such as kaplanMeier({ … }).'
  ),
  KERNEL_MAGIC_UNKNOWN: entry(
    'The kernel knows no such line with a percent sign.',
    'Write %npm add NAME, or %%federated STUDY in the first line of a cell.'
  ),
  KERNEL_NO_GATEWAY: entry(
    'This kernel does not know a coordinator.',
    'Run wardbook login, or set WARDBOOK_URL and WARDBOOK_TOKEN, or open the notebook in Wardbook.'
  ),
  KERNEL_PACKAGE_FAILED: entry(
    'The package could not be installed by npm.',
    'Read what npm printed below the cell; check the name, the version and the network.',
    true
  ),
  KERNEL_PACKAGE_MISSING: entry(
    'The package is not installed beside this notebook.',
    'Run %npm add with its name in a cell, then import it again.'
  ),
  KERNEL_PACKAGE_NAME: entry(
    'This is no name of a package, or no version of one.',
    'Write NAME, @SCOPE/NAME or NAME@VERSION as the registry knows it.'
  ),
  // lab
  LAB_BAD_PATH: entry(
    'This path leads out of the notebook folder.',
    'Use a path inside the folder, without a leading dot.'
  ),
  LAB_BAD_REQUEST: entry(
    'The lab could not read this request.',
    'Reload the page; update the extension if it goes on.'
  ),
  LAB_CONFLICT: entry(
    'Something is there already, or the notebook is shared and written by its room.',
    'Choose another name, or edit the notebook where it is open.'
  ),
  LAB_INTERNAL: entry(
    'The lab failed in a way it did not expect; nothing was lost.',
    'Try again; if it goes on, tell the person who runs this Wardbook.',
    true
  ),
  LAB_KERNEL_DIED: entry(
    'The kernel process ended while this cell was running; its variables are gone.',
    'Run the notebook from the top. If it happens again, the cell may need more memory than there is.'
  ),
  LAB_NOT_A_NOTEBOOK: entry(
    'The file is not a notebook of format 4.',
    'Repair the file or open it as text.'
  ),
  LAB_NOT_FOUND: entry('There is no such file, cell or kernel.', 'Reload the page and try again.'),
  LAB_RESTARTED: entry(
    'Wardbook restarted while this cell was running, so what it did is not known.',
    'Run the notebook from the top.'
  ),
  // login
  LOGIN_INVALID: entry(
    'This is no login: an address, a token, and a member together with the key that signs for them.',
    'Check the fields that are named; a gateway that signs for you needs address and token only.'
  ),
  LOGIN_NO_MEMBER: entry(
    'This folder has no such member, or its federation was never started.',
    'Start the federation once; name one of the members that its federation.json lists.'
  ),
  // mapping
  MAPPING_INVALID: entry(
    'A mapping rule of the hospital does not fit the dictionary.',
    'Correct the named rule in hospital.json.'
  ),
  // masking
  MASKING_CONTEXT: entry(
    'The hospitals do not agree on what is being summed.',
    'Run again; if it happens again, a hospital or the coordinator does not follow the protocol.'
  ),
  MASKING_OUT_OF_RANGE: entry(
    'A number is too large for its declared bounds, so nothing was sent.',
    'Check the units of the variable at the hospitals.'
  ),
  // plan
  PLAN_INVALID: entry(
    'The plan is not valid.',
    'Compare it with the schema: an unknown or missing field is refused, never repaired.'
  ),
  PLAN_SCOPE: entry(
    'This scope does not fit the hospitals of the plan.',
    'A pooled plan names at least three hospitals, a per-hospital plan exactly one.'
  ),
  PLAN_UNKNOWN_ANALYSIS: entry(
    'The catalogue has no such analysis.',
    'Choose an analysis of the catalogue.'
  ),
  PLAN_UNKNOWN_LEVEL: entry(
    'A variable has no such level.',
    'Choose a level that the dictionary lists.'
  ),
  PLAN_UNKNOWN_VARIABLE: entry(
    'The dictionary has no such variable.',
    'Choose a variable of the dictionary.'
  ),
  PLAN_WRONG_TYPE: entry(
    'A variable is of the wrong type for this use.',
    'Look up its type in the dictionary.'
  ),
  // policy
  POLICY_OUT_OF_BOUNDS: entry(
    'A limit of the policy is looser than the profile allows.',
    'Tighten the named limit.'
  ),
  // protocol
  PROTOCOL_BAD_FRAME: entry(
    'A message is malformed.',
    'Report this with the versions of both sides.'
  ),
  PROTOCOL_NOT_CANONICAL: entry(
    'A value has no canonical form.',
    'Use finite numbers and well-formed text only.'
  ),
  PROTOCOL_VERSION: entry(
    'The two sides do not speak a common version of the protocol.',
    'Update the older side.'
  ),
  // room
  ROOM_BAD_MESSAGE: entry(
    'A message to the shared notebook was malformed.',
    'Reload the page; update the extension if it goes on.'
  ),
  ROOM_FOREIGN_LINEAGE: entry(
    'This page holds another history of the notebook.',
    'Copy what you have not saved, then open the notebook again.'
  ),
  ROOM_FORGED_RESULT: entry(
    'A federated result came from a page instead of from the hospitals.',
    'Run the federated cell; its result is written by the lab.'
  ),
  ROOM_READ_ONLY: entry(
    'Your role may read this notebook but not change it.',
    'Ask an owner of the notebook for the role editor.'
  ),
  // run
  RUN_CANCELLED: entry('The run was cancelled.', 'Run the cell again.', true),
  RUN_NOT_FOUND: entry('There is no such run, or you may not see it.', 'Run the cell again.'),
  RUN_RESULT_MISMATCH: entry(
    'The hospitals do not agree on the result.',
    'Report this: all hospitals must run the same version of the analysis.'
  ),
  // study
  STUDY_UNKNOWN: entry('There is no such study here.', 'Choose a study of this coordinator.')
} as const satisfies Record<string, ErrorEntry>;

/** A code of the registry. */
export type ErrorCode = keyof typeof ERRORS;

/** Public limits and names that go with an error: dictionary names, policy limits, never a patient's value. */
export type ErrorLimits = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** The form of an error on any wire and on any screen. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly mend: string;
  readonly retryable: boolean;
  readonly limits: ErrorLimits;
}

/** An error of the product: its `code` is in the registry, its texts come from there. */
export class WardbookError extends Error {
  readonly code: ErrorCode;
  readonly limits: ErrorLimits;
  constructor(code: ErrorCode, limits: ErrorLimits = {}, options?: ErrorOptions) {
    super(ERRORS[code].message, options);
    this.name = 'WardbookError';
    this.code = code;
    this.limits = limits;
  }
  /** What to do next. */
  get mend(): string {
    return ERRORS[this.code].mend;
  }
  /** Whether the same request may succeed later. */
  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }
  /** The form that may be sent: code, texts and public limits, no cause and no stack. */
  toWire(): WireError {
    const { message, mend, retryable } = ERRORS[this.code];
    return { code: this.code, message, mend, retryable, limits: this.limits };
  }
}

/** Makes an error of the registry. */
export function wardbookError(
  code: ErrorCode,
  limits: ErrorLimits = {},
  options?: ErrorOptions
): WardbookError {
  return new WardbookError(code, limits, options);
}

/** Whether a text is a code of the registry. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
