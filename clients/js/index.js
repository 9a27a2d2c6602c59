// The browser client of MfaMiddleware: an ES module without dependencies. The API is described in docs/api.md, this file in clients/js/README.md.

/** What an answer of the API says is wrong: `code` is its `error`, `body` the answer itself. */
export class MfaError extends Error {
  constructor(code, status, body = {}) {
    super(body.error_description ?? `MFA: ${code}`);
    this.name = "MfaError";
    this.code = code;
    this.status = status;
    this.body = body;
    this.attemptsRemaining = body.attempts_remaining;
    this.retryAfter = body.retry_after;
  }

  /** Whether the sign-in is over, and begins again with the password. */
  get isFinal() {
    return ["invalid_token", "too_many_attempts", "access_denied", "enrollment_not_allowed"].includes(this.code) && !this.body.mfa_token;
  }
}

/** One sign-in at a time: the newest token is kept here, and sent with each request. */
export class MfaClient {
  #base;
  #fetch;
  #headers;
  #enrollment = null;

  constructor({ base = "/mfa", fetch: send, headers, token = null } = {}) {
    this.#base = base.replace(/\/+$/, "");
    this.#fetch = send ?? ((...request) => globalThis.fetch(...request));
    this.#headers = headers ?? {};
    /** The token of the sign-in that waits; null where none does. */
    this.token = token;
  }

  /** Posts to the app's own sign-in. `type` is 1 where a second factor is needed, else 0 with the app's own answer. */
  async signIn(url, credentials, init = {}) {
    this.#forget();
    return this.#post(url, credentials, init);
  }

  /** Reads a response that the app's own code got from a sign-in. */
  async read(response) {
    this.#forget();
    return this.#read(response);
  }

  /**
   * Answers with a code, or with `{ code, method, factor_id, exchange }` where the code alone could be meant for several.
   * `rememberDevice` asks not to be challenged in this browser for a while, where the app allows it.
   */
  async mfa(answer, { rememberDevice = false } = {}) {
    return this.#answer(typeof answer === "string" ? { code: answer } : answer, rememberDevice);
  }

  /** Answers with a security key, in the browser's own dialogue: the one that is being set up, else one of the user's. */
  async mfaKey({ factorId, rememberDevice = false, signal } = {}) {
    const pending = this.#enrollment?.public_key;
    const { public_key: options } = pending ? { public_key: pending } : await this.mfaRetry(factorId ? { factor_id: factorId } : "fido");
    return this.#answer({ credential: await (pending ? createKey(options, signal) : getKey(options, signal)) }, rememberDevice);
  }

  /** Sends a code, or sends it again: the one before is void. The method's name, or `{ method, factor_id }`. */
  async mfaRetry(method) {
    const body = await this.#post(`${this.#base}/challenge`, this.#withToken(typeof method === "string" ? { method } : method));
    return body.challenge;
  }

  /** Begins the set-up of a first factor: the next answer completes it, and the sign-in with it. */
  async enroll(request) {
    const body = await this.#post(`${this.#base}/enroll`, this.#withToken(typeof request === "string" ? { method: request } : request));
    this.#enrollment = body.enrollment;
    return body;
  }

  /** The state of the sign-in that waits, for a page that was loaded again. */
  async session() {
    return this.#send(`${this.#base}/session`, { headers: { "X-MFA-Token": this.#withToken({}).mfa_token } });
  }

  /** Ends the sign-in that waits. */
  async cancel() {
    const body = this.#withToken({});
    this.#forget();
    await this.#post(`${this.#base}/cancel`, body);
  }

  /** Begins a fresh proof for whoever is signed in: `{ methods, strength, max_age }`. The session is renewed by its answer. */
  async stepUp(demand = {}) {
    this.#forget();
    return this.#post(`${this.#base}/step-up`, demand);
  }

  /** Begins the step-up that a 401 asks for; null where the response asks for none. */
  async stepUpFor(response, demand = {}) {
    if (response.status !== 401) return null;
    const asked = await bodyOf(response.clone());
    return asked.error === "insufficient_user_authentication" ? this.stepUp({ max_age: asked.max_age, ...demand }) : null;
  }

  async #answer(answer, rememberDevice) {
    const known = { ...(this.#enrollment ? { enrollment_id: this.#enrollment.id } : {}), ...(rememberDevice ? { remember_device: true } : {}) };
    const body = await this.#post(this.#base, this.#withToken({ ...known, ...answer }));
    // A set-up is done with the answer; where another one is opened by it, that begins anew.
    this.#enrollment = null;
    return body;
  }

  #withToken(body) {
    // The server's own word for it, without asking: nothing waits.
    if (!this.token) throw new MfaError("invalid_token", 0);
    return { ...body, mfa_token: this.token };
  }

  #post(url, body, init = {}) {
    return this.#send(url, { ...init, method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...init.headers } });
  }

  async #send(url, init) {
    const own = typeof this.#headers === "function" ? await this.#headers() : this.#headers;
    return this.#read(await this.#fetch(url, { credentials: "same-origin", cache: "no-store", ...init, headers: { Accept: "application/json", ...own, ...init.headers } }));
  }

  async #read(response) {
    const body = await bodyOf(response);
    const needsFactor = body.type === 1 || body.error === "mfa_required";
    // Wrong, throttled, unavailable: whatever carries a token carries the newest.
    if (needsFactor && body.mfa_token) this.token = body.mfa_token;
    if (needsFactor && body.mfa_token && (!body.error || body.error === "mfa_required")) return { ...body, type: 1 };
    if (!response.ok) {
      const error = new MfaError(body.error ?? `http_${response.status}`, response.status, body);
      if (error.isFinal) this.#forget();
      throw error;
    }

    // The sign-in is done. A token that comes with it is a proof, for a repeat of the request that signed in.
    if (response.status !== 204) this.#forget();
    return { ...body, type: 0 };
  }

  #forget() {
    this.token = null;
    this.#enrollment = null;
  }
}

const bodyOf = async response => {
  try {
    const body = JSON.parse(await response.text());
    return body !== null && typeof body === "object" && !Array.isArray(body) ? body : { value: body };
  } catch {
    return {};
  }
};

// Security keys. The API's options and answers are JSON, bytes as base64url.
const toBytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
const toText = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const withBytes = list => list?.map(item => ({ ...item, id: toBytes(item.id) }));

// For browsers from before parseCreationOptionsFromJSON and toJSON.
const parseCreation = json => PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? {
  ...json, challenge: toBytes(json.challenge), user: { ...json.user, id: toBytes(json.user.id) }, excludeCredentials: withBytes(json.excludeCredentials),
};
const parseRequest = json => PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? {
  ...json, challenge: toBytes(json.challenge), allowCredentials: withBytes(json.allowCredentials),
};
const toJson = credential => {
  if (credential.toJSON) return credential.toJSON();
  const response = { clientDataJSON: toText(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id, rawId: toText(credential.rawId), type: credential.type, response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
};

/** Whether this browser can use security keys here: it may not on a page without a secure context. */
export const canUseKeys = () => Boolean(globalThis.PublicKeyCredential);

/** Makes a key for `enrollment.public_key`. Throws what the browser throws: `NotAllowedError` where the user cancels. */
export const createKey = async (options, signal) => toJson(await navigator.credentials.create({ publicKey: parseCreation(options), signal }));

/** Asks a key for `challenge.public_key`. */
export const getKey = async (options, signal) => toJson(await navigator.credentials.get({ publicKey: parseRequest(options), signal }));
