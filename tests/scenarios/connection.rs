//! OAuth and connection.

use super::Scenario;
use super::evidence::{logs, scheduled, target_org};
use super::export::Header;
use super::texts::{Layout, healthy, told, vary};

pub fn scenarios() -> Vec<Scenario> {
    let audit = || healthy("Account").file(Header::Namespaced);
    let with_log = |text: &str| vec![audit(), logs(&[("ERROR", "2026-01-12T20:12:00", text)])];
    let with_org = |status: &str, error: &str| vec![audit(), target_org(status, error)];
    let timed_out = "System.CalloutException: Read timed out";
    let mut point = healthy("Account");
    point.fail_from(470, |_| timed_out.to_owned());
    let mut session = healthy("Account");
    session.fail_from(610, |k| told(Layout::Plain, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", &[], k));
    let mut worded = healthy("Account");
    worded.fail_from(540, |k| {
        let operation = ["Insert", "Update"][k % 2];
        format!("System.DmlException: {operation} failed. First exception on row 0; first error: REQUEST_LIMIT_EXCEEDED, TotalRequests Limit exceeded.: []")
    });
    // Batches that run beside each other: a minute of each object is told in any order.
    let mut beside = healthy("Account");
    beside.fail_from(540, |_| timed_out.to_owned());
    for (at, row) in beside.rows.iter_mut().enumerate() {
        row.modified = row.created + chrono::Duration::seconds(600 + (at * 37 % 60) as i64);
    }
    let mut scattered = healthy("Account");
    for object in ["Account", "Contact", "Opportunity", "Case", "Task"] {
        scattered.fail(object, 11, |_| timed_out.to_owned());
    }
    let mut rule = healthy("Account");
    rule.fail("Task", 60, |k| vary("FIELD_CUSTOM_VALIDATION_EXCEPTION:A call needs a result ({n}):Result__c --", k));
    let refresh = "OAuth Token Refresh";
    vec![
        Scenario::new("the token expired", with_org("Token Expired", "")).cause("token-expired"),
        Scenario::new("the token expired, the log says so", with_log("INVALID_SESSION_ID: Session expired or invalid")).cause("token-expired"),
        Scenario::new("the org is connected", with_org("Connected", ""))
            .silent("token-expired").silent("org-not-connected").silent("org-connection-error").clean(),
        Scenario::new("the org is not connected", with_org("Not Connected", "")).cause("org-not-connected"),
        Scenario::new("the org's connection is in error", with_org("Error", "Certificate of the target could not be verified")).cause("org-connection-error"),
        Scenario::new("invalid_grant in the log", with_log("Token request failed: {\"error\":\"invalid_grant\",\"error_description\":\"expired access/refresh token\"}"))
            .cause("invalid-grant"),
        Scenario::new("invalid_grant at the org", with_org("Error", "invalid_grant: user hasn't approved this consumer")).fires("invalid-grant"),
        Scenario::new("a grant of another kind in the log", vec![audit(), logs(&[("DEBUG", "2026-01-12T20:12:00", "Grant__c: 14 records mapped, none invalid")])])
            .silent("invalid-grant").clean(),
        Scenario::new("no refresh job", vec![audit(), scheduled(&[("Sync Job Manager", "WAITING")])]).cause("refresh-job-not-scheduled"),
        Scenario::new("the refresh job is paused", vec![audit(), scheduled(&[("Sync Job Manager", "WAITING"), (refresh, "PAUSED")])])
            .cause("refresh-job-not-scheduled"),
        Scenario::new("the refresh job is scheduled", vec![audit(), scheduled(&[("Sync Job Manager", "WAITING"), (refresh, "WAITING")])])
            .silent("refresh-job-not-scheduled").clean(),
        Scenario::new(
            "an endpoint that is no remote site",
            with_log("System.CalloutException: Unauthorized endpoint, please check Setup->Security->Remote site settings. endpoint = https://target.my.salesforce.example/services/oauth2/token"),
        )
        .cause("remote-site-missing"),
        Scenario::new("a remote site in a debug line", vec![audit(), logs(&[("DEBUG", "2026-01-12T20:12:00", "Remote system answered in 120 ms")])])
            .silent("remote-site-missing").clean(),
        Scenario::new("a callback that does not match", with_log("error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration"))
            .cause("callback-mismatch"),
        Scenario::new("a callback that works", vec![audit(), logs(&[("DEBUG", "2026-01-12T20:12:00", "Callback received from the target org")])])
            .silent("callback-mismatch").clean(),
        Scenario::new("a scope that was not granted", with_log("{\"error\":\"invalid_scope\",\"error_description\":\"the requested scope is not allowed\"}"))
            .cause("missing-scope"),
        Scenario::new("no refresh token came", with_log("OAuth flow finished, but no refresh token was issued: add the scopes refresh_token and offline_access"))
            .cause("missing-scope"),
        Scenario::new("a scope of another kind", vec![audit(), logs(&[("DEBUG", "2026-01-12T20:12:00", "Sharing scope of Account: private")])])
            .silent("missing-scope").clean(),
        Scenario::new("time-outs all over the job", vec![scattered.file(Header::Namespaced)]).cause("connection-failure").silent("failed-from-a-point-on"),
        Scenario::new("from one row on the target does not answer", vec![point.file(Header::Namespaced)]).cause("failed-from-a-point-on"),
        Scenario::new("from one row on the API limit is reached", vec![session.file(Header::DataLoader)]).fires("failed-from-a-point-on").fires("api-limit"),
        Scenario::new("from one row on inserts and updates meet the API limit", vec![worded.file(Header::Labels)]).cause("failed-from-a-point-on"),
        Scenario::new("from one row on the target does not answer, in batches side by side", vec![beside.file(Header::Bare)])
            .cause("failed-from-a-point-on"),
        Scenario::new("half of the last object breaks a rule", vec![rule.file(Header::Namespaced)])
            .cause("validation-rule").of("Task").silent("failed-from-a-point-on").silent("connection-failure"),
    ]
}
