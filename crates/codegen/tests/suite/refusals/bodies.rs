//! Bodies, responses and schemas.

use super::{COMPOSITION, FIND, NAME_IT, check};

#[test]
fn bodies_and_responses() {
    check(
        "/paths/~1shelves/get/responses",
        &[
            (
                "\"200\":\n          description: The names.",
                "\"2XX\":\n          description: The names.",
                "/2XX",
                "name each status: ranges break generated clients",
            ),
            (
                "\"200\":\n          description: The names.",
                "default:\n          description: The names.",
                "/default",
                "name each status: `default` breaks generated clients",
            ),
            (
                "\"200\":\n          description: The names.",
                "\"299\":\n          description: The names.",
                "/299",
                "this status is not registered: it has no name",
            ),
            ("          description: The names.\n", "", "/200", "a response needs `description`"),
            (
                "          description: The names.",
                "          description: \"\"",
                "/200/description",
                "the contract has \"\", the typed model nothing",
            ),
            (
                "schema: { type: boolean }",
                "schema: { $ref: \"#/components/schemas/Binding\" }",
                "/200/headers/X-Complete/schema",
                "poem does not register what a header refers to: write a plain type",
            ),
            (
                "two: { value: [a, b] }",
                "two: { value: [a, 1] }",
                "/200/content/application~1json/examples/two/value/1",
                "this example does not fit its schema: 1 is not of type \"string\"",
            ),
        ],
    );
    check(
        "/components/requestBodies/Book",
        &[
            (
                "      description: The book to place.\n      content:\n        application/json:",
                "      description: The book to place.\n      content:\n        text/event-stream:",
                "/content/text~1event-stream",
                "a request body is application/json",
            ),
            (
                "      required: true\n      description: The book to place.",
                "      required: false\n      description: The book to place.",
                "/required",
                "a request body is required where there is one",
            ),
            (
                "title: Faust,",
                "tytle: Faust, title: a,",
                "/content/application~1json/examples/faust/value",
                "this example does not fit its schema: Additional properties are not allowed ('tytle' was unexpected)",
            ),
            (
                "1808-04-01T00:00:00Z\", authors",
                "1808\", authors",
                "/content/application~1json/examples/faust/value/printed",
                "this example does not fit its schema: \"1808\" is not a \"date-time\"",
            ),
        ],
    );
    check(
        FIND,
        &[(
            "\"400\": { $ref: \"#/components/responses/Bad\" }",
            "\"400\": { description: Bad. }",
            "/responses",
            "the errors of an operation have one and the same body, in JSON",
        )],
    );
}

#[test]
fn scalars() {
    check(
        "/components/schemas",
        &[
            (
                "      pattern: ^[a-z]+$",
                "      pattern: ^(?=a)$",
                "/ShelfName/pattern",
                "Rust's regex does not know this pattern",
            ),
            (
                "      pattern: ^[a-z]+$",
                "      pattern: ^\\d+$",
                "/ShelfName/pattern",
                "\\d is wider in Rust than in ECMAScript: write the characters out",
            ),
            (
                "      example: abc",
                "      example: ABC",
                "/ShelfName/example",
                "this example does not fit its schema: \"ABC\" does not match \"^[a-z]+$\"",
            ),
            (
                "      example: abc",
                "      examples: [abc]",
                "/ShelfName/examples",
                "only a media type has `examples`; a schema has one `example`, which 3.0 tools know too",
            ),
            (
                "      example: abc",
                "      nullable: true",
                "/ShelfName/nullable",
                "leave an optional property out instead of sending null",
            ),
            (
                "      maximum: 999",
                "      exclusiveMaximum: 999",
                "/BookNumber/exclusiveMaximum",
                "this is a number in OpenAPI 3.1 and a boolean in 3.0: write the inclusive bound",
            ),
            ("      maximum: 999", "      maximum: 999.5", "/BookNumber/maximum", "this must be an integer of 32 bits"),
            (
                "      maximum: 999",
                "      maximum: 9007199254740993",
                "/BookNumber/maximum",
                "this must be an integer of 32 bits",
            ),
            (
                "      format: int64\n      description: A time",
                "      format: uint16\n      description: A time",
                "/Seconds/format",
                "the format is int32 or int64",
            ),
            ("paper_back, scroll.rolled", "paper_back, paper_back", "/Binding/enum/2", "this word is there twice"),
            (
                "paper_back, scroll.rolled",
                "paper_back, PaperBack",
                "/Binding/enum/2",
                "`PaperBack` in Rust is the name of /components/schemas/Binding/enum/1 too",
            ),
            (
                "paper_back, scroll.rolled",
                "paper_back, \"scroll\\nrolled\"",
                "/Binding/enum/2",
                "a word has no control characters",
            ),
            ("paper_back, scroll.rolled", "paper_back, 3d", "/Binding/enum/2", "`3d` has no name in Rust"),
        ],
    );
}

#[test]
fn objects() {
    check(
        "/components/schemas",
        &[
            (
                "      type: object\n      description: A book.",
                "      oneOf: []\n      description: A book.",
                "/Book/oneOf",
                COMPOSITION,
            ),
            (
                "      type: object\n      description: A book.",
                "      type: object\n      discriminator: { propertyName: title }\n      description: A book.",
                "/Book/discriminator",
                COMPOSITION,
            ),
            (
                "additionalProperties: false",
                "additionalProperties: { type: string }",
                "/Book/additionalProperties",
                "maps are not generated: write `false`, or leave it out",
            ),
            (
                "      type: object\n      description: A book.",
                "      type: array\n      description: A book.",
                "/Book/type",
                "a schema component is a string, an integer or an object",
            ),
            (
                "      required: [title, binding, printed]",
                "      required: [binding, title, printed]",
                "/Book/required/1",
                "`required` names properties, each once, in their order",
            ),
            (
                "          type: string\n          description: The title.",
                "          type: string\n          maxLength: 9\n          description: The title.",
                "/Book/properties/title/maxLength",
                NAME_IT,
            ),
            (
                "          type: string\n          description: The title.",
                "          type: object\n          description: The title.",
                "/Book/properties/title/type",
                "a plain schema is a string, an integer or a boolean",
            ),
            (
                "          type: string\n          description: The title.",
                "          type: number\n          description: The title.",
                "/Book/properties/title/type",
                "a plain schema is a string, an integer or a boolean",
            ),
            (
                "          type: string\n          description: The title.",
                "          type: string",
                "/Book/properties/title",
                "a property needs `description`",
            ),
            (
                "          description: What it is about.\n          items: { type: string }",
                "          description: What it is about.\n          items: { type: string, format: date-time }",
                "/Book/properties/type/items/format",
                "an array of date-times is not generated",
            ),
            (
                "        pages:",
                "        Title:",
                "/Book/properties/Title",
                "`title` in Rust is the name of /components/schemas/Book/properties/title too",
            ),
            (
                "    Problem:\n",
                "    Lonely:\n      type: string\n      description: Alone.\n    Problem:\n",
                "/Lonely",
                "nothing uses this",
            ),
            (
                "    Problem:\n",
                "    lonely:\n      type: string\n      description: Alone.\n    Problem:\n",
                "/lonely",
                "nothing uses this",
            ),
        ],
    );
}

#[test]
fn lists() {
    let number = "this must be a number of items, of 32 bits";
    check(
        "/components/schemas/Book/properties",
        &[
            (
                "          minItems: 1\n",
                "          minItems: 0\n",
                "/authors/minItems",
                "0 is no bound of a list: leave it out",
            ),
            (
                "          maxItems: 2\n",
                "          maxItems: 0\n",
                "/authors/maxItems",
                "0 is no bound of a list: leave it out",
            ),
            ("          maxItems: 2\n", "          maxItems: -1\n", "/authors/maxItems", number),
            ("          maxItems: 2\n", "          maxItems: 1.5\n", "/authors/maxItems", number),
            ("          maxItems: 2\n", "          maxItems: 4294967296\n", "/authors/maxItems", number),
            ("          minItems: 1\n", "          minItems: 3\n", "/authors", "minItems is greater than maxItems"),
            (
                "          maxItems: 2\n",
                "          uniqueItems: true\n",
                "/authors/uniqueItems",
                "this key is not known on an array",
            ),
        ],
    );
    check(
        "/components/requestBodies/Book/content/application~1json/examples/faust/value/authors",
        &[("[Goethe]", "[]", "", "this example does not fit its schema: [] has less than 1 item")],
    );
    check(
        "/paths/~1shelves/get/responses/200/content/application~1json/schema/maxItems",
        &[(
            "                items: { type: string }\n              examples",
            "                items: { type: string }\n                maxItems: 2\n              examples",
            "",
            "this key is not known on an array",
        )],
    );
}
