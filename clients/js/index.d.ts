/** One way to answer. */
export interface MfaMethod {
  id: string;
  method: string;
  name: string;
  hint?: string;
  phishing_resistant?: boolean;
}

/** A challenge that is out. */
export interface MfaChallenge {
  method: string;
  sent_to?: string;
  expires_in?: number;
  resend_after?: number;
  sends_remaining?: number;
  public_key?: PublicKeyCredentialRequestOptionsJSON;
}

/** A set-up that has begun. */
export interface MfaEnrollment {
  id: string;
  method: string;
  secret?: string;
  uri?: string;
  qr_svg?: string;
  sent_to?: string;
  public_key?: PublicKeyCredentialCreationOptionsJSON;
}

/** A second factor is needed: answer with one of `methods`, or set one of `enroll` up. */
export interface MfaNeeded {
  type: 1;
  mfa_token: string;
  expires_in?: number;
  attempts_remaining?: number;
  /** Why, as codes of the risk signals such as `new_device`: where the app lets its users know (`Policy:ExplainToUser`). */
  reasons?: string[];
  methods?: MfaMethod[];
  enroll?: string[];
}

/** Done: what the app answers to its sign-in, or its bearer tokens. */
export type MfaDone<T = Record<string, unknown>> = T & {
  type: 0;
  return_url?: string;
  /** With `exchange`, or where the sign-in is made by a repeat of its request: the proof for that, to be sent as `X-MFA-Token`. */
  mfa_token?: string;
};

export type MfaResult<T = Record<string, unknown>> = MfaNeeded | MfaDone<T>;

export interface MfaEnrolling {
  type: 1;
  mfa_token: string;
  enrollment: MfaEnrollment;
  /** Of a first factor: shown this once. */
  recovery_codes?: string[];
}

export type MfaErrorCode =
  | "invalid_code" | "invalid_token" | "invalid_request" | "too_many_attempts" | "throttled" | "method_required" | "access_denied"
  | "enrollment_not_allowed" | "too_many_sessions" | "temporarily_unavailable" | "insufficient_user_authentication"
  | "login_required" | "step_up_not_supported" | (string & {});

export class MfaError extends Error {
  constructor(code: MfaErrorCode, status: number, body?: Record<string, unknown>);
  readonly name: "MfaError";
  /** The API's `error`, the app's own, or `http_404`. */
  readonly code: MfaErrorCode;
  readonly status: number;
  readonly body: Record<string, unknown>;
  /** With `invalid_code`: how often the user may still try. */
  readonly attemptsRemaining?: number;
  /** With `throttled`, `too_many_sessions` and `temporarily_unavailable`: seconds. */
  readonly retryAfter?: number;
  /** Whether the sign-in is over, and begins again with the password. */
  readonly isFinal: boolean;
}

export interface MfaClientOptions {
  /** Where `MapMfa()` put the API. Default: `/mfa`. */
  base?: string;
  fetch?: typeof fetch;
  /** For each request: an `Authorization` header of a bearer session, or an antiforgery token. */
  headers?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>);
  /** The token of a sign-in that waits, from before the page was loaded again. */
  token?: string | null;
}

export interface MfaAnswer {
  code?: string;
  method?: string;
  factor_id?: string;
  /** Ask for a proof for a repeat of the sign-in request, in the place of the sign-in. */
  exchange?: boolean;
}

export interface MfaAnswerOptions {
  /** Ask not to be challenged in this browser for a while, where the app allows it (`TrustedDevices`): by the user's own choice alone. */
  rememberDevice?: boolean;
}

export interface MfaStepUp {
  methods?: string[];
  strength?: "Sms" | "Otp" | "PhishingResistant";
  max_age?: number;
}

export class MfaClient {
  constructor(options?: MfaClientOptions);
  /** The newest token of the sign-in that waits; null where none does. */
  token: string | null;
  signIn<T = Record<string, unknown>>(url: string, credentials: unknown, init?: RequestInit & { headers?: Record<string, string> }): Promise<MfaResult<T>>;
  read<T = Record<string, unknown>>(response: Response): Promise<MfaResult<T>>;
  mfa<T = Record<string, unknown>>(answer: string | MfaAnswer, options?: MfaAnswerOptions): Promise<MfaResult<T>>;
  mfaKey<T = Record<string, unknown>>(options?: MfaAnswerOptions & { factorId?: string; signal?: AbortSignal }): Promise<MfaResult<T>>;
  mfaRetry(method: string | { method?: string; factor_id?: string }): Promise<MfaChallenge>;
  enroll(request: string | { method: string; name?: string; phone?: string; secret?: string; counter?: number }): Promise<MfaEnrolling>;
  session(): Promise<MfaNeeded>;
  cancel(): Promise<void>;
  stepUp(demand?: MfaStepUp): Promise<MfaNeeded>;
  stepUpFor(response: Response, demand?: MfaStepUp): Promise<MfaNeeded | null>;
}

/** A browser's credential as JSON, for `credential` of the API. */
export type MfaCredential = Record<string, unknown>;

export function canUseKeys(): boolean;
export function createKey(options: PublicKeyCredentialCreationOptionsJSON, signal?: AbortSignal): Promise<MfaCredential>;
export function getKey(options: PublicKeyCredentialRequestOptionsJSON, signal?: AbortSignal): Promise<MfaCredential>;
