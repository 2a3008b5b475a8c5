//! `DescribeAccountLimits`.

use super::Paging;
use crate::state::quotas::ALL;
use crate::wire::{AwsError, Params, Xml};

pub(crate) fn describe(mut params: Params) -> Result<Xml, AwsError> {
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    let page = paging.page(ALL.to_vec(), |quota| quota.name, "limits")?;
    let mut xml = Xml::default();
    xml.list("Limits", "member", page.items, |xml, quota| {
        xml.text("Name", quota.name);
        xml.text("Max", quota.most);
    });
    xml.optional("NextMarker", page.next);
    Ok(xml)
}
