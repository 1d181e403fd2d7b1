// Asks the server. A token is kept for this tab only and sent as a header, so that it is in no address and no log.

const KEY = "longstream-token";

export class Refused extends Error {}
export class Unanswered extends Error {}

export function keepToken(token) {
  sessionStorage.setItem(KEY, token);
}

export async function get(path) {
  const token = sessionStorage.getItem(KEY);
  let response;
  try {
    response = await fetch("api/" + path, { headers: token ? { Authorization: "Bearer " + token } : {} });
  } catch {
    throw new Unanswered("The dashboard does not answer. Its process has ended, or the network is down.");
  }
  if (response.status === 401) throw new Refused();
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? "The dashboard answers with status " + response.status + ".");
  return body;
}

export const part = encodeURIComponent;
