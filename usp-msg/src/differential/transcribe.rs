//! Copies a Message from its views to the writers, field by field.

use alloc::vec::Vec;

use crate::reader::{self, Msg, MsgBody, ReqType, RespType, Valid};
use crate::writer;

/// Something that can be written as it was read.
pub(super) trait Transcribe<W> {
    fn transcribe(&self, to: &mut W);
}

/// Writes what a Message holds; `None` if it holds nothing.
pub(super) fn transcribe(msg: &Msg<'_, Valid>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let id = msg.msg_id();
    match msg.content()? {
        MsgBody::Error(content) => content.transcribe(&mut writer::error(&mut out, id)),
        MsgBody::Request(request) => match request.req_type()? {
            ReqType::Get(content) => content.transcribe(&mut writer::get(&mut out, id)),
            ReqType::GetSupportedDm(content) => {
                content.transcribe(&mut writer::get_supported_dm(&mut out, id))
            }
            ReqType::GetInstances(content) => content.transcribe(&mut writer::get_instances(&mut out, id)),
            ReqType::Set(content) => content.transcribe(&mut writer::set(&mut out, id)),
            ReqType::Add(content) => content.transcribe(&mut writer::add(&mut out, id)),
            ReqType::Delete(content) => content.transcribe(&mut writer::delete(&mut out, id)),
            ReqType::Operate(content) => content.transcribe(&mut writer::operate(&mut out, id)),
            ReqType::Notify(content) => content.transcribe(&mut writer::notify(&mut out, id)),
            ReqType::GetSupportedProtocol(content) => {
                content.transcribe(&mut writer::get_supported_protocol(&mut out, id))
            }
            ReqType::Register(content) => content.transcribe(&mut writer::register(&mut out, id)),
            ReqType::Deregister(content) => content.transcribe(&mut writer::deregister(&mut out, id)),
        },
        MsgBody::Response(response) => match response.resp_type()? {
            RespType::GetResp(content) => content.transcribe(&mut writer::get_resp(&mut out, id)),
            RespType::GetSupportedDmResp(content) => {
                content.transcribe(&mut writer::get_supported_dm_resp(&mut out, id))
            }
            RespType::GetInstancesResp(content) => {
                content.transcribe(&mut writer::get_instances_resp(&mut out, id))
            }
            RespType::SetResp(content) => content.transcribe(&mut writer::set_resp(&mut out, id)),
            RespType::AddResp(content) => content.transcribe(&mut writer::add_resp(&mut out, id)),
            RespType::DeleteResp(content) => content.transcribe(&mut writer::delete_resp(&mut out, id)),
            RespType::OperateResp(content) => content.transcribe(&mut writer::operate_resp(&mut out, id)),
            RespType::NotifyResp(content) => content.transcribe(&mut writer::notify_resp(&mut out, id)),
            RespType::GetSupportedProtocolResp(content) => {
                content.transcribe(&mut writer::get_supported_protocol_resp(&mut out, id))
            }
            RespType::RegisterResp(content) => content.transcribe(&mut writer::register_resp(&mut out, id)),
            RespType::DeregisterResp(content) => {
                content.transcribe(&mut writer::deregister_resp(&mut out, id))
            }
        },
    }
    Some(out)
}

macro_rules! transcribe {
    (messages {
        $($name:ident = $owned:ty, $ty:ident {
            $($($number:literal)..=+ => $field:ident: $kind:ident $(($inner:ident))?;)*
        })*
    } oneofs {
        $($enum:ident of $owner:ident = $enum_owned:ty {
            $($alternative:literal $variant:ident $method:ident($what:ident $($part:ident)?);)*
        })*
    }) => {
        $(impl Transcribe<writers::$name<'_>> for views::$name<'_, Valid> {
            fn transcribe(&self, to: &mut writers::$name<'_>) {
                $(field!(self to $field $kind);)*
            }
        })*
        $(impl Transcribe<writers::$owner<'_>> for views::$enum<'_, Valid> {
            fn transcribe(&self, to: &mut writers::$owner<'_>) {
                match self {
                    $(views::$enum::$variant(content) => alternative!(content to $method $what),)*
                }
            }
        })*
    };
}

macro_rules! field {
    ($self:ident $to:ident $field:ident part) => {
        if let Some(part) = $self.$field() {
            part.transcribe(&mut $to.$field());
        }
    };
    ($self:ident $to:ident $field:ident list) => {
        for element in $self.$field() {
            element.transcribe(&mut $to.$field());
        }
    };
    ($self:ident $to:ident $field:ident oneof) => {
        if let Some(content) = $self.$field() {
            content.transcribe($to);
        }
    };
    ($self:ident $to:ident $field:ident $scalar:ident) => {
        $to.$field($self.$field());
    };
}

macro_rules! alternative {
    ($content:ident $to:ident $method:ident text) => {{
        $to.$method($content);
    }};
    ($content:ident $to:ident $method:ident part) => {
        $content.transcribe(&mut $to.$method())
    };
}

use crate::writer as writers;
use reader as views;

format_error!(transcribe);
format_add!(transcribe);
format_delete!(transcribe);
format_deregister!(transcribe);
format_get!(transcribe);
format_get_instances!(transcribe);
format_get_supported_dm!(transcribe);
format_get_supported_protocol!(transcribe);
format_notify!(transcribe);
format_operate!(transcribe);
format_register!(transcribe);
format_set!(transcribe);

/// The messages within another are named again in each, so each has its module.
macro_rules! within {
    ($module:ident $format:ident) => {
        mod $module {
            use super::Transcribe;
            use crate::reader::Valid;
            use crate::reader::$module as views;
            use crate::writer::$module as writers;

            $format!(transcribe);
        }
    };
}

within!(error format_within_error);
within!(add format_within_add);
within!(add_resp format_within_add_resp);
within!(delete_resp format_within_delete_resp);
within!(deregister_resp format_within_deregister_resp);
within!(get_resp format_within_get_resp);
within!(get_instances_resp format_within_get_instances_resp);
within!(get_supported_dm_resp format_within_get_supported_dm_resp);
within!(notify format_within_notify);
within!(operate_resp format_within_operate_resp);
within!(register format_within_register);
within!(register_resp format_within_register_resp);
within!(set format_within_set);
within!(set_resp format_within_set_resp);
