//! Filters, and the pages of what passes them.

use std::borrow::Cow;

use crate::services::paging::{self, ForeignMarker, Page};
use crate::state::tags::Tags;
use crate::wire::{AwsError, Params};

/// The most values of a filter. Rule: ec2-filter-values.
const VALUES: usize = 200;

/// The items of a page, at least and at most. Rule: ec2-max-results.
const PAGE_SIZES: (u32, u32) = (5, 1000);

/// The filters of a call; an item must pass all.
#[derive(Debug)]
pub(super) struct Filters(Vec<Filter>);

/// One filter: an item passes with any of the values.
#[derive(Debug)]
struct Filter {
    name: String,
    values: Vec<String>,
}

/// What filters look at.
pub(super) trait Filtered {
    /// The names of the filters that there are, those of tags aside.
    const NAMES: &'static [&'static str];

    /// What the item has for the filter of this name.
    fn values(&self, name: &str) -> Vec<Cow<'_, str>>;

    /// The tags of the item; `None` where such items have none.
    fn tags(&self) -> Option<&Tags>;
}

impl Filters {
    /// Rule: ec2-filters.
    pub(super) fn read<T: Filtered>(params: &mut Params) -> Result<Self, AwsError> {
        params.structures("Filter")?.into_iter().map(Filter::read::<T>).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn pass<T: Filtered>(&self, item: &T) -> bool {
        self.0.iter().all(|filter| filter.passes(item))
    }
}

impl Filter {
    fn read<T: Filtered>(mut params: Params) -> Result<Self, AwsError> {
        let missing = |what: &str| {
            AwsError::new("MissingParameter", format!("The request must contain the parameter Filter.{what}"))
        };
        let name = params.text("Name").ok_or_else(|| missing("Name"))?;
        let values = params.texts("Value")?;
        params.finish()?;
        let is_of_tags = name == "tag-key" || name.strip_prefix("tag:").is_some_and(|key| !key.is_empty());
        if !T::NAMES.contains(&name.as_str()) && !is_of_tags {
            return Err(AwsError::new("InvalidParameterValue", format!("The filter '{name}' is invalid")));
        }
        if values.is_empty() {
            return Err(missing("Value"));
        }
        if values.len() > VALUES {
            let message = format!("The maximum number of filter values specified on a single call is {VALUES}");
            return Err(AwsError::new("FilterLimitExceeded", message));
        }
        // Rule: ec2-no-wildcards.
        if let Some(wildcard) = values.iter().find(|value| value.contains(['*', '?', '\\'])) {
            let message = format!("The value '{wildcard}' is invalid for the filter '{name}'");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
        Ok(Self { name, values })
    }

    fn passes<T: Filtered>(&self, item: &T) -> bool {
        let has = |own: &str| self.values.iter().any(|value| value == own);
        let tags = item.tags();
        match (self.name.as_str(), self.name.strip_prefix("tag:")) {
            ("tag-key", _) => tags.is_some_and(|tags| tags.iter().any(|(key, _)| has(key))),
            (_, Some(key)) => tags.and_then(|tags| tags.get(key)).is_some_and(has),
            (name, None) => item.values(name).iter().any(|own| has(own)),
        }
    }
}

/// What a call says of pages.
#[derive(Debug)]
pub(super) struct Paging {
    size: Option<u32>,
    token: Option<String>,
}

impl Paging {
    pub(super) fn read(params: &mut Params) -> Result<Self, AwsError> {
        let (least, most) = PAGE_SIZES;
        Ok(Self { size: params.number("MaxResults", least, most)?, token: params.text("NextToken") })
    }

    /// Whether the call asks for a part.
    pub(super) fn is_asked(&self) -> bool {
        self.size.is_some()
    }

    /// The page of the items; `question` is what the call asks beside its page.
    pub(super) fn page<T>(&self, items: Vec<T>, key: impl Fn(&T) -> &str, question: &str) -> Result<Page<T>, AwsError> {
        let size = self.size.unwrap_or(PAGE_SIZES.1).try_into().unwrap_or(usize::MAX);
        paging::page(items, key, question, size, self.token.as_deref())
            .map_err(|ForeignMarker| AwsError::new("InvalidParameterValue", "Unable to parse pagination token"))
    }
}
