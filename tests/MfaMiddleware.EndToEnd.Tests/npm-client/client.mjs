// An OAuth client on oauth4webapi, driven by the tests: one JSON command a line comes in, one JSON answer a line goes out.
import { createInterface } from 'node:readline'
import * as oauth from 'oauth4webapi'

const [issuer, redirectUri] = process.argv.slice(2)
const http = { [oauth.allowInsecureRequests]: true }
const client = { client_id: 'demo' }
const server = await oauth.processDiscoveryResponse(
  new URL(issuer), await oauth.discoveryRequest(new URL(issuer), { ...http, algorithm: 'oauth2' }))

let flow, tokens

const commands = {
  async authorize({ scope = 'openid', ...parameters }) {
    flow = { verifier: oauth.generateRandomCodeVerifier(), state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce(), maxAge: parameters.max_age }
    const url = new URL(server.authorization_endpoint)
    url.search = new URLSearchParams({
      response_type: 'code', client_id: client.client_id, redirect_uri: redirectUri, scope, state: flow.state, nonce: flow.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier), code_challenge_method: 'S256', ...parameters,
    })
    return { url: url.href }
  },

  async callback({ url }) {
    flow.answer = oauth.validateAuthResponse(server, client, new URL(url), flow.state)
    return commands.redeem()
  },

  async redeem() {
    const response = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), flow.answer, redirectUri, flow.verifier, http)
    return accept(response, await oauth.processAuthorizationCodeResponse(
      server, client, response, { expectedNonce: flow.nonce, requireIdToken: true, ...(flow.maxAge && { maxAge: Number(flow.maxAge) }) }))
  },

  async refresh({ token = tokens.refresh_token }) {
    const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), token, http)
    return accept(response, await oauth.processRefreshTokenResponse(server, client, response))
  },

  async userinfo() {
    const { sub } = oauth.getValidatedIdTokenClaims(tokens)
    return oauth.processUserInfoResponse(server, client, sub, await oauth.userInfoRequest(server, client, tokens.access_token, http))
  },
}

async function accept(response, result) {
  await oauth.validateApplicationLevelSignature(server, response, http)
  tokens = result
  return { claims: oauth.getValidatedIdTokenClaims(result), ...result }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...options } = JSON.parse(line)
  const answer = await commands[command](options).catch(e => ({ error: e.error ?? e.cause?.[0]?.parameters?.error ?? e.code ?? String(e) }))
  console.log(JSON.stringify(answer))
}
