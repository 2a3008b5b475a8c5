//! The generated types: what they read, write and refuse; how responses are made from failures.

use openapi_poem_runtime::{Failure, FromFailure, Json, read};

use crate::generated::shelf::{
    Binding, Book, BookNumber, FindBookResponse, OPERATIONS, PlaceBookResponse, Problem, Seconds, ShelfName,
};

fn sentence<T: std::fmt::Debug, E: std::fmt::Display>(result: Result<T, E>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn scalars_keep_their_rules() {
    assert_eq!("abc".parse::<ShelfName>().unwrap().as_str(), "abc");
    assert_eq!(
        sentence("a".parse::<ShelfName>()),
        "'a' is not a ShelfName (it must have 2 characters at least, not 1)"
    );
    assert_eq!(
        sentence("äbcdefghi".parse::<ShelfName>()),
        "'äbcdefghi' is not a ShelfName (it must have 8 characters at most, not 9)"
    );
    assert_eq!(sentence("ab1".parse::<ShelfName>()), "'ab1' is not a ShelfName (it must match ^[a-z]+$)");
    assert_eq!(sentence("abc\n".parse::<ShelfName>()), "'abc\\n' is not a ShelfName (it must match ^[a-z]+$)");

    assert_eq!(BookNumber::try_from(999).unwrap().get(), 999);
    assert_eq!(sentence(BookNumber::try_from(0)), "'0' is not a BookNumber (an integer from 1 to 999)");
    for text in ["", "+1", "1.0", "0x1", " 1", "99999999999999999999"] {
        assert_eq!(
            sentence(text.parse::<BookNumber>()),
            format!("'{text}' is not a BookNumber (an integer from 1 to 999)")
        );
    }
    assert_eq!(Seconds::default().get(), 5);
    assert_eq!(sentence("-1".parse::<Seconds>()), "'-1' is not a Seconds (an integer of 0 at least)");
}

#[test]
fn words_are_those_of_the_contract_in_its_order() {
    assert_eq!("paper_back".parse::<Binding>().unwrap(), Binding::PaperBack);
    assert_eq!(Binding::ScrollRolled.to_string(), "scroll.rolled");
    assert_eq!(serde_json::to_string(&Binding::ScrollRolled).unwrap(), "\"scroll.rolled\"");
    assert!(Binding::HardCover < Binding::PaperBack && Binding::PaperBack < Binding::ScrollRolled);
    assert_eq!(
        sentence("PaperBack".parse::<Binding>()),
        "'PaperBack' is not a Binding (one of hard-cover, paper_back, scroll.rolled)"
    );
}

#[test]
fn objects_leave_absent_properties_out() {
    let text = r#"{"title":"Faust","binding":"hard-cover","printed":"1808-04-01T00:00:00Z","type":[]}"#;
    let book: Book = read::json(text.as_bytes()).unwrap();
    assert_eq!((book.signed, &book.volumes), (None, &None));
    assert_eq!(serde_json::to_string(&book).unwrap(), text);
}

#[test]
fn objects_are_read_strictly() {
    for (part, sentence) in [
        (r#""title": 5"#, "title: invalid type: integer `5`, expected a string"),
        (r#""title": "a", "title": "b""#, "duplicate field `title`"),
        (r#""title": "a", "shelf": null"#, "shelf: invalid type: null, expected a string"),
        (r#""title": "a", "shelf": "A!""#, "shelf: 'A!' is not a ShelfName (it must match ^[a-z]+$)"),
        (r#""title": "a", "number": "7""#, "number: invalid type: string \"7\", expected i32"),
        (r#""title": "a", "number": 1000"#, "number: '1000' is not a BookNumber (an integer from 1 to 999)"),
        (r#""title": "a", "signed": "true""#, "signed: invalid type: string \"true\", expected a boolean"),
        (
            r#""title": "a", "lost": "1808-04-01 00:00""#,
            "lost: '1808-04-01 00:00' is not a date-time of RFC 3339, e.g. 2016-08-29T09:12:33.001Z",
        ),
        (r#""title": "a", "volumes": [{"title": "b"}]"#, "volumes[0]: missing field `binding`"),
        (r#""title": "a", "type": ["b", null]"#, "type[1]: invalid type: null, expected a string"),
        (r#""title": "a", "authors": ["b", null]"#, "authors[1]: invalid type: null, expected a string"),
        (r#""title": "a", "authors": ["b", "c", "d"]"#, "authors: it must have 2 items at most, not 3"),
        (r#""title": "a", "authors": []"#, "authors: it must have 1 item at least, not 0"),
        (
            r#""title": "a", "owners": ["ab", "c"]"#,
            "owners[1]: 'c' is not a ShelfName (it must have 2 characters at least, not 1)",
        ),
        (r#""title": "a", "volumes": []"#, "volumes: it must have 1 item at least, not 0"),
        (
            r#""title": "a", "volumes": [{"title": "b", "binding": "hard-cover", "printed": "1808-04-01T00:00:00Z", "authors": []}]"#,
            "volumes[0].authors: it must have 1 item at least, not 0",
        ),
    ] {
        let body = format!(r#"{{"binding": "hard-cover", "printed": "1808-04-01T00:00:00Z", {part}}}"#);
        assert_eq!(read::json::<Book>(body.as_bytes()).unwrap_err(), sentence, "{part}");
    }
    let unknown = r#"{"binding": "x", "title": "a"}"#;
    assert_eq!(
        read::json::<Book>(unknown.as_bytes()).unwrap_err(),
        "binding: unknown variant `x`, expected one of `hard-cover`, `paper_back`, `scroll.rolled`"
    );
}

#[test]
fn responses_are_made_from_failures() {
    let problem = || Problem { message: "no".to_owned() };
    let failure = |status| Failure::new(status, problem());
    assert_eq!(FindBookResponse::STATUSES, [400, 401, 503]);
    assert_eq!(FindBookResponse::from_failure(failure(400)), Ok(FindBookResponse::BadRequest(Json(problem()))));
    assert_eq!(
        FindBookResponse::from_failure(failure(503).with_header("retry-after", "7")),
        Ok(FindBookResponse::ServiceUnavailable(Json(problem()), Some(7)))
    );
    assert_eq!(
        FindBookResponse::from_failure(failure(503)),
        Ok(FindBookResponse::ServiceUnavailable(Json(problem()), None))
    );
    // An undocumented status, an undocumented header, a header of another type.
    for failure in [
        failure(409),
        failure(200),
        failure(400).with_header("Retry-After", "7"),
        failure(503).with_header("Retry-After", "soon"),
    ] {
        assert_eq!(FindBookResponse::from_failure(failure.clone()), Err(failure));
    }
    assert_eq!(
        PlaceBookResponse::from_failure(failure(415)),
        Ok(PlaceBookResponse::UnsupportedMediaType(Json(problem())))
    );
}

#[test]
fn operations_are_data() {
    let ids: Vec<_> = OPERATIONS.iter().map(|operation| operation.id).collect();
    assert_eq!(ids, ["listShelves", "report", "findBook", "placeBook", "watchShelf"]);
    let find = OPERATIONS[2];
    assert_eq!((find.method, find.path, find.tag), ("GET", "/shelves/{shelf}/books/{book}", "bookKeeping"));
    assert_eq!(find.statuses, [200, 400, 401, 503]);
    assert_eq!(find.query, ["type", "detailed", "language", "depth", "wait", "since", "after", "near"]);
    assert_eq!((find.security, OPERATIONS[0].security), (&["bearerAuth"][..], &[][..]));
}
