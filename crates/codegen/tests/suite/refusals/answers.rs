//! Responses that are not JSON: events and text.

use super::{NAME_IT, check};

#[test]
fn events() {
    let body = "/content/text~1event-stream";
    let event = "an event is an object whose required property `event`, an enum, is its name";
    let at = |place: &str| format!("{body}{place}");
    check(
        "/paths/~1shelves~1{shelf}~1events/get/responses/200",
        &[
            (
                "                format: event-stream\n",
                "                format: stream\n",
                &at("/schema/format"),
                "the format of an event stream is event-stream",
            ),
            ("                format: event-stream\n", "", &at("/schema"), "an event stream needs `format`"),
            (
                "                type: array\n                format: event-stream\n",
                "                type: object\n                format: event-stream\n",
                &at("/schema/type"),
                "the type of an event stream is array",
            ),
            (
                "                format: event-stream\n",
                "                format: event-stream\n                maxItems: 2\n",
                &at("/schema/maxItems"),
                "this key is not known on an event stream",
            ),
            (
                "items: { $ref: \"#/components/schemas/ShelfEvent\" }",
                "items: { type: string }",
                &at("/schema/items"),
                NAME_IT,
            ),
            ("required: [event, titles]", "required: [titles]", "", event),
            (
                "        event:\n          $ref: \"#/components/schemas/ShelfEventKind\"",
                "        kind:\n          $ref: \"#/components/schemas/ShelfEventKind\"\n        event:\n          type: string\n          description: A name.",
                "",
                event,
            ),
            (
                "event: book.placed,",
                "event: book.lost,",
                &at("/examples/arrival/value/1/event"),
                "this example does not fit its schema: \"book.lost\" is not one of \"snapshot\" or \"book.placed\"",
            ),
        ],
    );
    check(
        "/paths/~1shelves~1{shelf}~1events/get/responses",
        &[(
            "        \"200\":\n          description: The events.",
            "        \"202\":\n          description: The events.",
            "/202",
            "an event stream is answered with 200: browsers read no other",
        )],
    );
}

#[test]
fn texts() {
    let kinds = "a response's body is application/json, text/event-stream or text/plain with charset=utf-8";
    let report = "text/plain; version=1; charset=utf-8:";
    check(
        "/paths/~1report/get/responses/200/content",
        &[
            (report, "text/plain:", "/text~1plain", kinds),
            (report, "text/plain; charset=latin1:", "/text~1plain; charset=latin1", kinds),
            (report, "text/html; charset=utf-8:", "/text~1html; charset=utf-8", kinds),
            (
                "schema: { type: string }\n              examples:\n                full:",
                "schema: { type: boolean }\n              examples:\n                full:",
                "/text~1plain; version=1; charset=utf-8/schema/type",
                "a text is a string",
            ),
            (
                "schema: { type: string }\n              examples:\n                full:",
                "schema: { type: string, maxLength: 3 }\n              examples:\n                full:",
                "/text~1plain; version=1; charset=utf-8/schema/maxLength",
                "this key is not known on a text",
            ),
            (
                "full: { value: All shelves are full. }",
                "full: { value: 1 }",
                "/text~1plain; version=1; charset=utf-8/examples/full/value",
                "this example does not fit its schema: 1 is not of type \"string\"",
            ),
        ],
    );
    check(
        "/paths/~1report/get/responses",
        &[(
            "        \"200\":\n          description: The report.",
            "        \"500\":\n          description: The report.",
            "",
            "the errors of an operation have one and the same body, in JSON",
        )],
    );
}
