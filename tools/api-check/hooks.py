"""What no JSON Schema can say, told to Schemathesis: each rule stands beside the sentence of the API it follows."""

import datetime
import hashlib
import hmac
import itertools
import json
import os
import re
import urllib.parse
import urllib.request

import schemathesis
from hypothesis import strategies as st
from schemathesis.core import NOT_SET

OWN_KEY_ID = os.environ["API_CHECK_KEY_ID"]
APP_SECRET = os.environ["API_CHECK_APP_SECRET"].encode()
SIGNATURE = "X-Hub-Signature-256"
ADDRESS_BYTES_MAX = 12_000


def instant(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


# "Never in the future": what is said to have happened has happened. No schema knows what time it is.
past = st.datetimes(datetime.datetime(2019, 1, 1), now() - datetime.timedelta(hours=1)).map(instant)
schemathesis.openapi.format("date-time", past)
# "It must be a number that can exist": invented people alone.
schemathesis.openapi.format("phone", st.integers(0, 9999).map(lambda n: f"+336399{80000 + n:05d}"[:12]))
# A token has no white space.
schemathesis.openapi.format("token", st.from_regex(r"\A[A-Za-z0-9.]{4,40}\Z"))
schemathesis.openapi.format(
    "time-zone", st.sampled_from(["Europe/Paris", "UTC", "Asia/Kolkata", "America/Argentina/Salta"])
)

# "The ISO 3166 code of a country".
schemathesis.openapi.format("country", st.sampled_from(["FR", "DE", "CI", "US"]))


cell = st.text(st.characters(codec="utf-8", exclude_characters='\x00\r\n",'), max_size=20)
rows = st.lists(st.tuples(cell, cell, cell).map(",".join), max_size=5)
# "The header names the fields of a line": which there are depends on the type of the line.
columns = {
    "contacts": "id,identities.phone,timeZone",
    "consents": "id,contact.crmId,purpose",
    "signals": "id,contact.crmId,kind",
}
headers = st.sampled_from(sorted(columns.values()))
schemathesis.openapi.media_type(
    "text/csv", st.tuples(headers, rows).map(lambda drawn: "\n".join([drawn[0], *drawn[1]]).encode())
)
text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=200)
schemathesis.openapi.media_type("application/x-ndjson", text.map(str.encode))


@schemathesis.deserializer("application/x-ndjson")
def lines_as_text(context, response):
    return response.content.decode()


cursors = {}
# Where the last write stands, by the read that shows it.
reads = {
    "/v1/data-requests": "/v1/data-requests/{requestId}",
    "/v1/consents": "/v1/contacts/{contactId}/consents",
    "/v1/consents/withdrawals": "/v1/contacts/{contactId}/consents",
}
positions = {}
turns = itertools.count()


def known(path, pick):
    request = urllib.request.Request(
        os.environ["API_CHECK_ORIGIN"] + path, headers={"Authorization": "Bearer " + os.environ["API_CHECK_KEY"]}
    )
    with urllib.request.urlopen(request) as answer:
        return [item[pick] for item in json.load(answer)["items"]]


# Ids of what the corpus brought in, so that reads find something; every other one stays an invented one.
found = {
    "contactId": known("/v1/block-likelihoods?limit=200", "contactId"),
    "version": known("/v1/models", "version"),
    "slug": known("/v1/tenants", "slug"),
}


def mend_path(case):
    turn = next(turns)
    for name, ids in found.items():
        if turn % 2 == 0 and ids and name in (case.path_parameters or {}):
            case.path_parameters[name] = ids[turn // 2 % len(ids)]


def mend_query(case):
    query = case.query or {}
    # "Only the list that gave it can read it": a cursor is one that an earlier page gave, or none.
    if "cursor" in query:
        given = cursors.get((case.operation.label, case.formatted_path))
        if given is None:
            del query["cursor"]
        else:
            query["cursor"] = given
    # "A position that an earlier answer gave: the read waits for it": what was just written is asked for with it, and
    # nothing else, because an invented position would only cost the wait.
    written = positions.get(case.operation.path)
    if written is not None and case.method.upper() == "GET":
        case.query = {**query, "atLeast": written}
    elif "atLeast" in query:
        query["atLeast"] = 0
    # "Give hubspot, salesforce or zendesk", of contacts alone.
    if "mapping" in query:
        query["mapping"] = "hubspot"
        query["type"] = "contacts"
    # The token that was set at Meta, every other time.
    if "hub.verify_token" in query and next(turns) % 2 == 0:
        query["hub.verify_token"] = os.environ["API_CHECK_VERIFY_TOKEN"]


def mend_times(item):
    if not isinstance(item, dict):
        return
    # "expiresAt lies in the future".
    if isinstance(item.get("expiresAt"), str):
        item["expiresAt"] = instant(now() + datetime.timedelta(days=30))
    # "Never in the future": also where a value of an earlier answer, a due date, was taken for one.
    for name in ("at", "noticedAt", "occurredAt", "receivedAt"):
        if isinstance(item.get(name), str) and item[name] > instant(now()):
            item[name] = instant(now() - datetime.timedelta(minutes=30))
    for consent in item.get("consents") if isinstance(item.get("consents"), list) else []:
        mend_times(consent)
    # "A baseline is earlier than the observation".
    baseline = item.get("baseline")
    if isinstance(baseline, dict) and isinstance(item.get("occurredAt"), str):
        item["occurredAt"] = instant(now() - datetime.timedelta(minutes=30))


def mend_phones(value):
    # "It must be a number that can exist": also where that of a business, from an earlier answer, was taken for a person's.
    if isinstance(value, list):
        return [mend_phones(one) for one in value]
    if not isinstance(value, dict):
        return value
    mended = {name: mend_phones(one) for name, one in value.items()}
    phone = mended.get("phone")
    if isinstance(phone, str) and re.fullmatch(r"\+336399\d{5}", phone) is None:
        mended["phone"] = f"+336399{80000 + next(turns) % 10000:05d}"
    return mended


def without_encoded_words(value):
    # "Leave out =?, which begins an encoded word".
    if isinstance(value, dict):
        return {key: without_encoded_words(one) for key, one in value.items()}
    return value.replace("=?", "= ") if isinstance(value, str) else value


def mend_tenant(case):
    if isinstance(case.body, dict) and case.operation.path.startswith("/v1/tenant"):
        case.body = without_encoded_words(case.body)
    account = case.body.get("whatsapp") if isinstance(case.body, dict) else None
    if account is None or not case.operation.path.startswith("/v1/tenant"):
        return
    # "An account of its own takes the place of the installation's": webhooks signed with its secret would be refused.
    if case.method.upper() == "PUT":
        del case.body["whatsapp"]
    # "Secrets are kept where they are left out": a new tenant has none yet.
    elif isinstance(account, dict):
        account.setdefault("appSecret", "a-secret-of-the-app")
        account.setdefault("verifyToken", "a-token-for-meta")


def without_proto(value):
    # "No field is named __proto__".
    if isinstance(value, list):
        return [without_proto(one) for one in value]
    if isinstance(value, dict):
        return {name: without_proto(one) for name, one in value.items() if name != "__proto__"}
    return value


def is_positive(case):
    return case.meta is not None and not case.meta.generation.mode.is_negative


# A body behind a method that takes none is refused as a doubtful framing (400), before anybody looks whether the path
# serves the method: to hear of the method (405) one asks without.
BODYLESS = {"GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"}


# Whoever describes a body of such a method reads it.
def takes_body(case):
    method = case.method.upper()
    described = method == case.operation.method.upper() and len(list(case.operation.body)) > 0
    return described or method not in BODYLESS


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.body is not NOT_SET and not takes_body(case):
        case.body = NOT_SET
    if is_positive(case):
        mend_path(case)
        mend_query(case)
        if case.media_type == "text/csv" and isinstance(case.body, bytes):
            header = case.body.split(b"\n")[0].decode()
            case.query["type"] = next((name for name in columns if columns[name] == header), case.query.get("type"))
        if case.media_type == "application/json":
            case.body = without_proto(case.body)
            if not case.operation.path.startswith("/v1/tenant"):
                case.body = mend_phones(case.body)
        mend_tenant(case)
        for item in case.body if isinstance(case.body, list) else [case.body]:
            mend_times(item)
    # "HMAC-SHA-256 of the exact bytes": a signature of the right form becomes the right one, so that what is behind
    # it is tried too; one of another form, or none, stays as it is.
    given = str((case.headers or {}).get(SIGNATURE, ""))
    if case.operation.path.startswith("/v1/webhooks/") and given.startswith("sha256=") and len(given) == 71:
        kwargs["auth"] = sign


def sign(request):
    body = request.body or b""
    if isinstance(body, str):
        body = body.encode()
    request.headers[SIGNATURE] = "sha256=" + hmac.new(APP_SECRET, body, hashlib.sha256).hexdigest()
    return request


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code == 200 and b'"nextCursor"' in response.content:
        cursors[(case.operation.label, case.formatted_path)] = json.loads(response.content)["nextCursor"]
    if response.status_code in (201, 202) and case.operation.path in reads:
        positions[reads[case.operation.path]] = json.loads(response.content)["position"]


@schemathesis.hook
def filter_case(context, case):
    # The key of the run itself: without it every later answer would be 401.
    if (case.path_parameters or {}).get("keyId") == OWN_KEY_ID:
        return False
    # An address longer than all headers may be together is refused before anybody reads it.
    return len(urllib.parse.urlencode(case.query or {}, doseq=True)) < ADDRESS_BYTES_MAX
